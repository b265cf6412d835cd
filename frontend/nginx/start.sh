#!/bin/sh
# Writes what only the running container knows, then becomes nginx.
set -eu
mkdir -p /tmp/legible
{
  # Asked anew every few seconds, so that an API container with a new address is found.
  awk '$1 == "nameserver" {
    print "resolver " (index($2, ":") ? "[" $2 "]" : $2) " valid=10s;"
    exit
  }' /etc/resolv.conf
  # A little more than the API takes: at its limit the API itself says what is wrong.
  echo "client_max_body_size $((LEGIBLE_MAX_UPLOAD_BYTES + 1048576));"
  # What the page may fetch from besides: the bucket that the API sends it to, if it does.
  echo "map '' \$storage_origin { default '${LEGIBLE_STORAGE_ORIGIN:+ $LEGIBLE_STORAGE_ORIGIN}'; }"
} > /tmp/legible/http.conf
echo "set \$api http://$LEGIBLE_API;" > /tmp/legible/api.conf
exec nginx -c /etc/legible/nginx.conf -g 'daemon off;'
