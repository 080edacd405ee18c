import type { Section } from '../text.ts';

export const signIn = {
  title: {
    en: 'Sign in',
    de: 'Anmelden',
    fr: 'Se connecter',
    es: 'Iniciar sesión',
    sv: 'Logga in',
  },
  again_title: {
    en: 'Please confirm it’s you',
    de: 'Bitte bestätigen Sie, dass Sie es sind',
    fr: 'Veuillez confirmer que c’est bien vous',
    es: 'Confirme que es usted',
    sv: 'Bekräfta att det är du',
  },
  again_lead: {
    en: 'You’re signed in already. To go on, enter your password once more.',
    de: 'Sie sind bereits angemeldet. Geben Sie Ihr Passwort noch einmal ein, um fortzufahren.',
    fr: 'Vous êtes déjà connecté. Pour continuer, saisissez de nouveau votre mot de passe.',
    es: 'Ya ha iniciado sesión. Para continuar, introduzca su contraseña otra vez.',
    sv: 'Du är redan inloggad. Ange ditt lösenord en gång till för att fortsätta.',
  },
  forgot: {
    en: 'Forgot your password?',
    de: 'Passwort vergessen?',
    fr: 'Mot de passe oublié ?',
    es: '¿Ha olvidado su contraseña?',
    sv: 'Har du glömt lösenordet?',
  },
  new_here: {
    en: 'New here? <a href="{url}">Create an account</a>',
    de: 'Neu hier? <a href="{url}">Konto anlegen</a>',
    fr: 'Pas encore de compte ? <a href="{url}">Créer un compte</a>',
    es: '¿Aún no tiene cuenta? <a href="{url}">Crear una cuenta</a>',
    sv: 'Är du ny här? <a href="{url}">Skapa ett konto</a>',
  },
  resume: {
    en: 'Here for an assessment? <a href="{url}">Enter your code</a>',
    de: 'Sind Sie für einen Test hier? <a href="{url}">Code eingeben</a>',
    fr: 'Ici pour une évaluation ? <a href="{url}">Saisir votre code</a>',
    es: '¿Viene a una evaluación? <a href="{url}">Escriba su código</a>',
    sv: 'Är du här för ett prov? <a href="{url}">Ange din kod</a>',
  },
  email_missing: {
    en: 'Enter your e-mail address.',
    de: 'Geben Sie Ihre E-Mail-Adresse ein.',
    fr: 'Saisissez votre adresse e-mail.',
    es: 'Introduzca su dirección de correo.',
    sv: 'Ange din e-postadress.',
  },
  password_missing: {
    en: 'Enter your password.',
    de: 'Geben Sie Ihr Passwort ein.',
    fr: 'Saisissez votre mot de passe.',
    es: 'Introduzca su contraseña.',
    sv: 'Ange ditt lösenord.',
  },
  no_match: {
    en: 'That e-mail address and password don’t match. Check both and try again.',
    de: 'Diese E-Mail-Adresse und dieses Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.',
    fr: 'Cette adresse e-mail et ce mot de passe ne correspondent pas. Vérifiez les deux et réessayez.',
    es: 'Esa dirección de correo y esa contraseña no coinciden. Compruebe ambas e inténtelo de nuevo.',
    sv: 'E-postadressen och lösenordet hör inte ihop. Kontrollera båda och försök igen.',
  },
} satisfies Section;
