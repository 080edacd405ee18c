import type { Section } from '../text.ts';

/** Between two pages: seen where scripts don't run. */
export const goingOn = {
  title: {
    en: 'One moment',
    de: 'Einen Moment',
    fr: 'Un instant',
    es: 'Un momento',
    sv: 'Ett ögonblick',
  },
  no_script: {
    en: 'Your browser doesn’t run scripts. Press the button to go on.',
    de: 'Ihr Browser führt keine Skripte aus. Klicken Sie auf die Schaltfläche, um fortzufahren.',
    fr: 'Votre navigateur n’exécute pas de scripts. Cliquez sur le bouton pour continuer.',
    es: 'Su navegador no ejecuta scripts. Pulse el botón para continuar.',
    sv: 'Din webbläsare kör inga skript. Tryck på knappen för att fortsätta.',
  },
} satisfies Section;
