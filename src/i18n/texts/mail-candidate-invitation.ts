import type { Section } from '../text.ts';

/** The mail with a link to an assessment. */
export const mailCandidateInvitation = {
  title: {
    en: 'Your invitation to an assessment',
    de: 'Ihre Einladung zu einem Test',
    fr: 'Votre invitation à une évaluation',
    es: 'Su invitación a una evaluación',
    sv: 'Din inbjudan till ett prov',
  },
  open: {
    en: '<bdi>{app}</bdi> invites you to an assessment. Open this link to go there. It works once, until {until}.',
    de: '<bdi>{app}</bdi> lädt Sie zu einem Test ein. Öffnen Sie diesen Link, um dorthin zu kommen. Er gilt einmal, bis {until}.',
    fr: '<bdi>{app}</bdi> vous invite à une évaluation. Ouvrez ce lien pour y accéder. Il fonctionne une seule fois, jusqu’au {until}.',
    es: '<bdi>{app}</bdi> le invita a una evaluación. Abra este enlace para acceder. Funciona una sola vez, hasta el {until}.',
    sv: '<bdi>{app}</bdi> bjuder in dig till ett prov. Öppna den här länken för att komma dit. Den gäller en gång, till {until}.',
  },
  why: {
    en: 'You get this mail because <bdi>{app}</bdi> has you down for it.',
    de: 'Sie erhalten diese E-Mail, weil <bdi>{app}</bdi> Sie dafür vorgesehen hat.',
    fr: 'Vous recevez cet e-mail parce que <bdi>{app}</bdi> vous a inscrit sur sa liste.',
    es: 'Recibe este correo porque <bdi>{app}</bdi> le tiene en su lista.',
    sv: 'Du får det här mejlet för att du står på listan hos <bdi>{app}</bdi>.',
  },
  unwanted: {
    en: 'If you don’t want to take part, there’s nothing to do. Don’t pass the link on: whoever opens it takes the assessment as you.',
    de: 'Wenn Sie nicht teilnehmen möchten, müssen Sie nichts tun. Geben Sie den Link nicht weiter: Wer ihn öffnet, macht den Test als Sie.',
    fr: 'Si vous ne voulez pas participer, vous n’avez rien à faire. Ne transmettez pas le lien : la personne qui l’ouvre passe l’évaluation à votre place.',
    es: 'Si no quiere participar, no tiene que hacer nada. No pase el enlace a nadie: quien lo abre hace la evaluación en su lugar.',
    sv: 'Om du inte vill delta behöver du inte göra något. Ge inte länken vidare: den som öppnar den gör provet som du.',
  },
} satisfies Section;
