import type { Section } from '../text.ts';

/** Where an invitation leads. */
export const candidateEnter = {
  title: {
    en: 'Your assessment',
    de: 'Ihr Test',
    fr: 'Votre évaluation',
    es: 'Su evaluación',
    sv: 'Ditt prov',
  },
  for_name: {
    en: 'This invitation is for <strong>{name}</strong>. If that isn’t you, close this page.',
    de: 'Diese Einladung ist für <strong>{name}</strong>. Wenn Sie das nicht sind, schließen Sie diese Seite.',
    fr: 'Cette invitation est pour <strong>{name}</strong>. Si ce n’est pas vous, fermez cette page.',
    es: 'Esta invitación es para <strong>{name}</strong>. Si no es usted, cierre esta página.',
    sv: 'Den här inbjudan är till <strong>{name}</strong>. Om det inte är du stänger du sidan.',
  },
  for_you: {
    en: 'This invitation is for you alone. Keep it to yourself.',
    de: 'Diese Einladung ist nur für Sie. Geben Sie sie nicht weiter.',
    fr: 'Cette invitation n’est que pour vous. Ne la transmettez à personne.',
    es: 'Esta invitación es solo para usted. No se la pase a nadie.',
    sv: 'Den här inbjudan är bara till dig. Ge den inte vidare.',
  },
  once: {
    en: 'It works once. On this device you can come back until the assessment is over.',
    de: 'Sie gilt einmal. Auf diesem Gerät können Sie zurückkommen, bis der Test vorbei ist.',
    fr: 'Elle fonctionne une seule fois. Sur cet appareil, vous pourrez revenir jusqu’à la fin de l’évaluation.',
    es: 'Funciona una sola vez. En este dispositivo podrá volver hasta que termine la evaluación.',
    sv: 'Den gäller en gång. På den här enheten kan du komma tillbaka tills provet är slut.',
  },
  other: {
    en: '{name} is signed in here. If you go on, that ends in this browser.',
    de: 'Hier ist {name} angemeldet. Wenn Sie weitermachen, endet das in diesem Browser.',
    fr: 'La session de {name} est ouverte ici. Si vous continuez, elle se terminera dans ce navigateur.',
    es: 'Aquí está abierta la sesión de {name}. Si continúa, se cerrará en este navegador.',
    sv: '{name} är inloggad här. Om du fortsätter loggas {name} ut i den här webbläsaren.',
  },
  leaving: {
    en: 'Another assessment of yours is open here. If you go on, you leave it in this browser. What you saved is kept.',
    de: 'Hier ist schon ein anderer Ihrer Tests geöffnet. Wenn Sie weitermachen, verlassen Sie ihn in diesem Browser. Was Sie gespeichert haben, bleibt erhalten.',
    fr: 'Une autre de vos évaluations est ouverte ici. Si vous continuez, vous la quitterez dans ce navigateur. Ce que vous avez enregistré est conservé.',
    es: 'Aquí ya tiene abierta otra evaluación. Si continúa, saldrá de ella en este navegador. Lo que guardó se conserva.',
    sv: 'Du har redan ett annat prov öppet här. Om du fortsätter lämnar du det i den här webbläsaren. Det du har sparat finns kvar.',
  },
  held: {
    en: 'You’ve been working on another device. If you go on here, that one stops. What you saved is kept.',
    de: 'Sie haben auf einem anderen Gerät gearbeitet. Wenn Sie hier weitermachen, endet es dort. Was Sie gespeichert haben, bleibt erhalten.',
    fr: 'Vous travailliez sur un autre appareil. Si vous continuez ici, il s’arrêtera. Ce que vous avez enregistré est conservé.',
    es: 'Estaba trabajando en otro dispositivo. Si continúa aquí, aquel se detendrá. Lo que guardó se conserva.',
    sv: 'Du har arbetat på en annan enhet. Om du fortsätter här stannar den. Det du har sparat finns kvar.',
  },
  submit: {
    en: 'Go to the assessment',
    de: 'Zum Test',
    fr: 'Aller à l’évaluation',
    es: 'Ir a la evaluación',
    sv: 'Gå till provet',
  },
} satisfies Section;
