import type { Section } from '../text.ts';

export const emailConfirmed = {
  title: {
    en: 'Your address is confirmed',
    de: 'Ihre Adresse ist bestätigt',
    fr: 'Votre adresse est confirmée',
    es: 'Su dirección está confirmada',
    sv: 'Din adress är bekräftad',
  },
  back: {
    en: 'Thank you. Go back to <bdi>{app}</bdi> to go on.',
    de: 'Vielen Dank. Gehen Sie zurück zu <bdi>{app}</bdi>, um fortzufahren.',
    fr: 'Merci. Retournez à <bdi>{app}</bdi> pour continuer.',
    es: 'Gracias. Vuelva a <bdi>{app}</bdi> para continuar.',
    sv: 'Tack. Gå tillbaka till <bdi>{app}</bdi> för att fortsätta.',
  },
  elsewhere: {
    en: 'Thank you. Go on where you started. You can close this page.',
    de: 'Vielen Dank. Machen Sie dort weiter, wo Sie begonnen haben. Diese Seite können Sie schließen.',
    fr: 'Merci. Continuez là où vous avez commencé. Vous pouvez fermer cette page.',
    es: 'Gracias. Continúe donde empezó. Puede cerrar esta página.',
    sv: 'Tack. Fortsätt där du började. Du kan stänga den här sidan.',
  },
} satisfies Section;
