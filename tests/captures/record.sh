#!/bin/sh
# Records small captures of real servers on loopback into this folder: ./record.sh [NAME...]
# Needs root (capturing, packages). Missing Debian packages are installed without starting their
# services. Each server runs on a high port with its own folder and is ended by its process id.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
chmod 755 "$work"
server=
capture=

finish() {
  [ -z "$capture" ] || kill "$capture" 2>/dev/null || true
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Some packages start a service when they are installed; exit code 101 of this policy forbids it.
install_packages() {
  echo "installing: $*" >&2
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    echo "$policy exists: install the packages by hand" >&2
    return 1
  fi
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
  status=0
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
    --no-install-recommends "$@" >&2 || status=$?
  rm -f "$policy"
  return $status
}

need() {  # COMMAND PACKAGE
  PATH=$PATH:/usr/sbin command -v "$1" >/dev/null || missing="$missing $2"
}

# Waits until "$@" succeeds, ten seconds at most.
wait_for() {
  tries=100
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "$1: not ready" >&2; return 1; }
    sleep 0.1
  done
}

listens() {  # tcp|udp PORT
  hex=$(printf '%04X' "$2")
  grep -q "0100007F:$hex " "/proc/net/$1"
}

start_capture() {  # NAME PORT
  tcpdump -i lo -U -s 0 -w "$work/$1.pcap" "port $2" 2>"$work/tcpdump.log" &
  capture=$!
  wait_for grep -q 'listening on' "$work/tcpdump.log"
}

stop_capture() {  # NAME
  wait_for test -s "$work/$1.pcap"
  sleep 1  # tcpdump sees the last packets a moment later
  kill "$capture" && wait "$capture" || true
  capture=
  kill "$server" && wait "$server" 2>/dev/null || true
  server=
  cp "$work/$1.pcap" "$here/$1.pcap"
  echo "$1.pcap: $(stat -c %s "$here/$1.pcap") bytes"
}

redis() {
  redis-server --bind 127.0.0.1 --port 16379 --dir "$work" --save '' --daemonize no >"$work/log" &
  server=$!
  wait_for listens tcp 16379
  start_capture redis 16379
  for i in 1 2 3 4 5 6 7 8; do
    redis-cli -p 16379 set "key:$i" "value number $i" >/dev/null
    redis-cli -p 16379 get "key:$i" >/dev/null
    redis-cli -p 16379 hset user "field$i" "$i$i$i" >/dev/null
    redis-cli -p 16379 incr counter >/dev/null
  done
  redis-cli -p 16379 hgetall user >/dev/null
  redis-cli -p 16379 nonsense >/dev/null || true
  stop_capture redis
}

mosquitto_broker() {
  printf 'listener 11883 127.0.0.1\nallow_anonymous true\n' > "$work/mosquitto.conf"
  PATH=$PATH:/usr/sbin mosquitto -v -c "$work/mosquitto.conf" >"$work/log" 2>&1 &
  server=$!
  wait_for listens tcp 11883
  start_capture mqtt 11883
  mosquitto_sub -p 11883 -t 'house/#' -q 1 -C 12 >/dev/null &
  subscriber=$!
  wait_for grep -q SUBSCRIBE "$work/log"
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    mosquitto_pub -p 11883 -t "house/room$((i % 3))/temperature" -q $((i % 3)) -m "{\"c\":2$i.5}"
  done
  wait_for sh -c "! kill -0 $subscriber" || kill "$subscriber" || true
  stop_capture mqtt
}

nginx_web() {
  mkdir -p "$work/www"
  echo '<html>hello</html>' > "$work/www/index.html"
  cat > "$work/nginx.conf" <<EOF
daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/log;
events { worker_connections 32; }
http { access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
  uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  server { listen 127.0.0.1:18080; root $work/www; location /gone { return 410; } } }
EOF
  PATH=$PATH:/usr/sbin nginx -p "$work" -c "$work/nginx.conf" &
  server=$!
  wait_for listens tcp 18080
  start_capture http 18080
  for i in 1 2 3 4 5; do
    curl -s "http://127.0.0.1:18080/?n=$i" "http://127.0.0.1:18080/gone" >/dev/null || true
    curl -s -X POST -d "a=$i" http://127.0.0.1:18080/missing >/dev/null || true
  done
  stop_capture http
}

bind_dns() {
  cat > "$work/named.conf" <<EOF
options { directory "$work"; listen-on port 15353 { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; pid-file none; session-keyfile "$work/session.key"; };
controls { };
zone "example.test" { type master; file "$work/zone"; };
EOF
  cat > "$work/zone" <<'EOF'
$TTL 300
@ IN SOA ns hostmaster 1 3600 600 86400 300
@ IN NS ns
@ IN MX 10 mail
@ IN TXT "some text of a zone"
ns IN A 192.0.2.53
mail IN A 192.0.2.25
www IN CNAME mail
six IN AAAA 2001:db8::6
EOF
  PATH=$PATH:/usr/sbin named -c "$work/named.conf" -f >"$work/log" 2>&1 &
  server=$!
  wait_for listens udp 15353
  start_capture dns 15353
  for query in 'ns A' 'mail A' 'www A' 'six AAAA' 'none A'; do
    dig @127.0.0.1 -p 15353 +noall "${query% *}.example.test" "${query#* }" >/dev/null
  done
  for type in SOA NS MX TXT AXFR; do
    dig @127.0.0.1 -p 15353 +noall example.test "$type" >/dev/null
    dig @127.0.0.1 -p 15353 +noall +tcp example.test "$type" >/dev/null
  done
  dig @127.0.0.1 -p 15353 +noall elsewhere.invalid >/dev/null
  stop_capture dns
}

snmp_agent() {
  printf 'rocommunity public 127.0.0.1\nsysLocation a shelf\n' > "$work/snmpd.conf"
  PATH=$PATH:/usr/sbin SNMP_PERSISTENT_DIR="$work" snmpd -f -Lf "$work/log" -C -c "$work/snmpd.conf" \
    -p "$work/snmpd.pid" udp:127.0.0.1:10161 &
  server=$!
  wait_for listens udp 10161
  start_capture snmp 10161
  snmpwalk -v2c -c public 127.0.0.1:10161 1.3.6.1.2.1.1 >/dev/null
  snmpget -v1 -c public 127.0.0.1:10161 1.3.6.1.2.1.1.5.0 >/dev/null
  snmpbulkget -v2c -c public 127.0.0.1:10161 1.3.6.1.2.1.1 >/dev/null
  snmpget -v2c -c public 127.0.0.1:10161 1.3.6.1.9.9.9.0 >/dev/null || true
  stop_capture snmp
}

memcached_store() {
  memcached -l 127.0.0.1 -p 11311 -U 0 -u nobody 2>"$work/log" &
  server=$!
  wait_for listens tcp 11311
  start_capture memcached 11311
  python3 - <<'EOF'
import socket
talk = socket.create_connection(("127.0.0.1", 11311))
def ask(line):
    talk.sendall(line)
    talk.recv(4096)
for i in range(12):
    value = b"v" * (3 * i + 1)
    ask(b"set key%d 0 60 %d\r\n%s\r\n" % (i, len(value), value))
    ask(b"get key%d\r\n" % i)
    ask(b"delete key%d\r\n" % (i // 2))
ask(b"version\r\n")
ask(b"nonsense\r\n")
EOF
  stop_capture memcached
}

postgres_database() {
  bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
  mkdir "$work/pg"
  chown postgres "$work/pg"
  runuser -u postgres -- "$bin/initdb" -D "$work/pg" -A trust >"$work/log"
  setpriv --reuid=postgres --regid=postgres --init-groups "$bin/postgres" -D "$work/pg" \
    -c listen_addresses=127.0.0.1 -c port=15432 -c "unix_socket_directories=$work/pg" >>"$work/log" 2>&1 &
  server=$!
  wait_for "$bin/pg_isready" -h 127.0.0.1 -p 15432
  start_capture postgresql 15432
  export PGSSLMODE=disable PGGSSENCMODE=disable
  for i in 1 2 3 4; do
    "$bin/psql" -h 127.0.0.1 -p 15432 -U postgres -q >/dev/null 2>&1 <<EOF || true
create table t$i (id int, name text);
insert into t$i values (1, 'one'), (2, 'two');
select * from t$i;
select nothing;
EOF
  done
  stop_capture postgresql
}

chrony_time() {
  cat > "$work/chrony.conf" <<EOF
port 10123
bindaddress 127.0.0.1
allow 127.0.0.1
local stratum 8
cmdport 0
pidfile $work/chronyd.pid
EOF
  PATH=$PATH:/usr/sbin chronyd -d -x -u root -f "$work/chrony.conf" 2>"$work/log" &
  server=$!
  wait_for listens udp 10123
  start_capture ntp 10123
  for i in 1 2 3 4; do
    PATH=$PATH:/usr/sbin chronyd -Q -t 8 -u root -f /dev/null 'server 127.0.0.1 port 10123 iburst' 'cmdport 0' \
      "pidfile $work/client$i.pid" >/dev/null 2>&1 || true
  done
  stop_capture ntp
}

coturn_relay() {
  turnserver -n --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --listening-port 13478 --no-auth --no-tls --no-dtls \
    --allow-loopback-peers --no-cli --db "$work/turn.db" --pidfile "$work/turn.pid" --log-file stdout >"$work/log" 2>&1 &
  server=$!
  wait_for listens udp 13478
  start_capture stun 13478
  for i in 1 2 3 4; do
    turnutils_stunclient -p 13478 127.0.0.1 >/dev/null 2>&1 || true
    turnutils_uclient -y -n 3 -m 1 -l 20 -p 13478 127.0.0.1 >/dev/null 2>&1 || true
  done
  stop_capture stun
}

missing=
need tcpdump tcpdump
need redis-server redis-server
need mosquitto mosquitto
need mosquitto_pub mosquitto-clients
need nginx nginx-light
need curl curl
need named bind9
need dig bind9-dnsutils
need snmpd snmpd
need snmpwalk snmp
need memcached memcached
need chronyd chrony
need turnserver coturn
[ -d /usr/lib/postgresql ] || missing="$missing postgresql"
# shellcheck disable=SC2086  # a list of packages
[ -z "$missing" ] || install_packages $missing

[ $# -gt 0 ] || set -- redis mosquitto_broker nginx_web bind_dns snmp_agent memcached_store postgres_database \
  chrony_time coturn_relay
for name in "$@"; do
  "$name"
done
