import type { Section } from '../text.ts';

/** What is said to somebody who tried or asked too often. `{wait}` is such as "in 30 seconds". */
export const limits = {
  sign_in: {
    en: 'Too many tries. You can try again {wait}. If you’ve forgotten your password, set a new one with the link below.',
    de: 'Zu viele Versuche. Sie können es {wait} noch einmal versuchen. Wenn Sie Ihr Passwort vergessen haben, legen Sie über den Link unten ein neues fest.',
    fr: 'Trop d’essais. Vous pourrez réessayer {wait}. Si vous avez oublié votre mot de passe, choisissez-en un nouveau avec le lien ci-dessous.',
    es: 'Demasiados intentos. Podrá volver a intentarlo {wait}. Si ha olvidado su contraseña, elija una nueva con el enlace de abajo.',
    sv: 'För många försök. Du kan försöka igen {wait}. Om du har glömt ditt lösenord väljer du ett nytt med länken nedan.',
  },
  reset_needed: {
    en: 'There were too many tries with this address, so its password isn’t enough any more. To get in, set a new one with the link below: we send it by mail.',
    de: 'Mit dieser Adresse gab es zu viele Versuche, deshalb genügt ihr Passwort nicht mehr. Legen Sie über den Link unten ein neues fest, um sich anzumelden: Wir schicken Ihnen eine E-Mail.',
    fr: 'Il y a eu trop d’essais avec cette adresse : son mot de passe ne suffit plus. Pour vous connecter, choisissez-en un nouveau avec le lien ci-dessous : nous vous enverrons un e-mail.',
    es: 'Ha habido demasiados intentos con esta dirección, así que su contraseña ya no basta. Para entrar, elija una nueva con el enlace de abajo: le enviaremos un correo.',
    sv: 'Det har gjorts för många försök med den här adressen, så lösenordet räcker inte längre. Välj ett nytt med länken nedan för att logga in: vi skickar ett mejl.',
  },
  register: {
    en: 'Too many accounts were asked for with this address, or from your network. You can try again {wait}.',
    de: 'Mit dieser Adresse oder aus Ihrem Netzwerk wurden zu viele Konten angefordert. Sie können es {wait} noch einmal versuchen.',
    fr: 'Trop de comptes ont été demandés avec cette adresse ou depuis votre réseau. Vous pourrez réessayer {wait}.',
    es: 'Se han pedido demasiadas cuentas con esta dirección o desde su red. Podrá volver a intentarlo {wait}.',
    sv: 'För många konton har begärts med den här adressen eller från ditt nätverk. Du kan försöka igen {wait}.',
  },
  mail: {
    en: 'Too many mails were asked for. If one has come, the newest still works: look in your spam folder, too. You can ask again {wait}.',
    de: 'Es wurden zu viele E-Mails angefordert. Wenn schon eine angekommen ist, gilt die neueste noch: Sehen Sie auch im Spam-Ordner nach. Sie können {wait} erneut eine anfordern.',
    fr: 'Trop d’e-mails ont été demandés. Si vous en avez reçu, le plus récent fonctionne encore : regardez aussi dans les indésirables. Vous pourrez en redemander un {wait}.',
    es: 'Se han pedido demasiados correos. Si ya le ha llegado alguno, el más reciente aún sirve: mire también en el correo no deseado. Podrá pedir otro {wait}.',
    sv: 'För många mejl har begärts. Om något har kommit fungerar det senaste fortfarande: titta även i skräpposten. Du kan begära ett nytt {wait}.',
  },
  code: {
    en: 'Too many codes were tried. Open the link in the mail instead, or try again {wait}.',
    de: 'Es wurden zu viele Codes ausprobiert. Öffnen Sie stattdessen den Link in der E-Mail, oder versuchen Sie es {wait} noch einmal.',
    fr: 'Trop de codes ont été essayés. Ouvrez plutôt le lien de l’e-mail, ou réessayez {wait}.',
    es: 'Se han probado demasiados códigos. Abra el enlace del correo, o vuelva a intentarlo {wait}.',
    sv: 'För många koder har prövats. Öppna länken i mejlet i stället, eller försök igen {wait}.',
  },
  new_password: {
    en: 'Too many passwords were set from your network. Your link isn’t used up: try again {wait}.',
    de: 'Aus Ihrem Netzwerk wurden zu viele Passwörter festgelegt. Ihr Link gilt weiter: Versuchen Sie es {wait} noch einmal.',
    fr: 'Trop de mots de passe ont été choisis depuis votre réseau. Votre lien reste valable : réessayez {wait}.',
    es: 'Se han elegido demasiadas contraseñas desde su red. Su enlace sigue sirviendo: vuelva a intentarlo {wait}.',
    sv: 'För många lösenord har valts från ditt nätverk. Din länk gäller fortfarande: försök igen {wait}.',
  },
  resume_code: {
    en: 'Too many codes were tried from your network, or for this assessment. You can try again {wait}, or open the link of your invitation.',
    de: 'Aus Ihrem Netzwerk oder für diesen Test wurden zu viele Codes ausprobiert. Sie können es {wait} noch einmal versuchen, oder Sie öffnen den Link Ihrer Einladung.',
    fr: 'Trop de codes ont été essayés depuis votre réseau ou pour cette évaluation. Vous pourrez réessayer {wait}, ou ouvrir le lien de votre invitation.',
    es: 'Se han probado demasiados códigos desde su red o para esta evaluación. Podrá volver a intentarlo {wait}, o abrir el enlace de su invitación.',
    sv: 'För många koder har prövats från ditt nätverk eller för det här provet. Du kan försöka igen {wait}, eller öppna länken i din inbjudan.',
  },
} satisfies Section;
