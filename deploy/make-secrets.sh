#!/bin/sh
# Makes what docker-compose.yml reads from deploy/secrets: each file once, for its owner alone. Run it as often as you
# like: a file that is there is never touched. Back up master_key: without it the signing keys cannot be opened.
set -eu
umask 077

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
secrets=$here/secrets
mkdir -p "$secrets"
trap 'rm -f "$secrets"/.new.$$' EXIT

# make NAME: takes the contents from its input. The file appears whole or not at all, and only where there is none.
make() {
  cat > "$secrets/.new.$$"
  if [ -e "$secrets/$1" ]; then
    echo "deploy/secrets/$1 is there already: left as it is"
  else
    ln "$secrets/.new.$$" "$secrets/$1"
    echo "deploy/secrets/$1 made"
  fi
  rm -f "$secrets/.new.$$"
}

random() { dd if=/dev/urandom bs=32 count=1 2> /dev/null; }
hex() { random | od -An -v -tx1 | tr -d ' \n'; }

# The database knows one password: where its URL is there, the one in it.
password() {
  known=$(sed -n 's|^postgres://gatehouse:\([0-9a-f]*\)@postgres:.*|\1|p' "$secrets/database_url" 2> /dev/null || true)
  if [ -n "$known" ]; then echo "$known"; else hex; fi
}

# The container runs as uid 1000, and a secret from a file keeps the file's owner.
user=$(id -u)
if [ "$user" -ne 0 ] && [ "$user" -ne 1000 ] && ! grep -qs '^GATEHOUSE_USER=' "$here/../.env"; then
  echo "GATEHOUSE_USER=$user:$(id -g)" >> "$here/../.env"
  echo ".env: GATEHOUSE_USER=$user:$(id -g), so that the container may read what belongs to you"
fi

random | base64 | make master_key
password | make postgres_password
echo "postgres://gatehouse:$(cat "$secrets/postgres_password")@postgres:5432/gatehouse" | make database_url
echo smtp://mailpit:1025 | make smtp_url
hex | make example_service_secret

if [ "$user" -eq 0 ]; then chown -R 1000:1000 "$secrets"; fi
