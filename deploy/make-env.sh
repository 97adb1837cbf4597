#!/bin/sh
# Writes the passwords and ports that docker-compose.yml asks for: make-env.sh FILE [--force]
set -eu
file=$1
if [ -e "$file" ] && [ "${2:-}" != --force ]; then
    echo "$file is there already and stays as it is: \`make env FORCE=--force\` makes other passwords." >&2
    exit 1
fi
password() {
    LC_ALL=C tr -dc A-Za-z0-9 </dev/urandom | head -c 32
}
umask 077
rm -f "$file"
cat >"$file" <<END
# What docker-compose.yml asks for. Nobody but you needs to read it.
ELASTIC_PASSWORD=$(password)
GRAFANA_PASSWORD=$(password)

# Where the three public ports are; 0.0.0.0 for every network of this machine.
PUBLISH_ADDRESS=127.0.0.1
PUBLISH_SEARCH=8000
PUBLISH_INGEST=8001
PUBLISH_GRAFANA=3000

# Where \`tidings topics save\` writes: a volume, or a folder of this machine that the user 10001 may write to.
BACKUPS=backups

# The key with which \`tidings search\` and the like ask, once \`tidings keys create\` has made it.
TIDINGS_KEY=
END
echo "$file has new passwords; user of Grafana: admin, its password: GRAFANA_PASSWORD in $file"
