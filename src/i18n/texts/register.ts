import type { Section } from '../text.ts';

export const register = {
  title: {
    en: 'Create an account',
    de: 'Konto anlegen',
    fr: 'Créer un compte',
    es: 'Crear una cuenta',
    sv: 'Skapa ett konto',
  },
  submit: {
    en: 'Create account',
    de: 'Konto anlegen',
    fr: 'Créer le compte',
    es: 'Crear la cuenta',
    sv: 'Skapa kontot',
  },
  have_account: {
    en: 'Have an account? <a href="{url}">Sign in</a>',
    de: 'Haben Sie schon ein Konto? <a href="{url}">Anmelden</a>',
    fr: 'Vous avez déjà un compte ? <a href="{url}">Se connecter</a>',
    es: '¿Ya tiene una cuenta? <a href="{url}">Iniciar sesión</a>',
    sv: 'Har du redan ett konto? <a href="{url}">Logga in</a>',
  },
} satisfies Section;
