# What the lab needs: the peers from Debian, the meters from PyPI. Source it after common.sh.

need_lab() {
  need_packages "SBC, DNS, web server, far parties, speech and the reader of the wire" \
    dnsmasq-base kamailio kamailio-extra-modules kamailio-ims-modules kamailio-outbound-modules \
    kamailio-presence-modules kamailio-tls-modules linphone-cli sip-tester rtpengine-daemon tshark \
    espeak-ng sox rsyslog rsyslog-gnutls openssl lighttpd lighttpd-mod-openssl tmux gcc libc6-dev
  need_meter
}

# The meter is PESQ (ITU-T P.862.1), a package of PyPI that is compiled here; the reader of the page
# of metrics is Prometheus's own client.
need_meter() {
  local venv="$build/venv" wanted="$top/tools/lib/requirements.txt"
  cmp -s "$wanted" "$venv/.installed" && return 0
  need_packages "the speech meter, which is compiled here" python3-venv python3-dev gcc
  rm -rf "$venv"
  progress "Python environment" python3 -m venv "$venv"
  progress "meters (pesq, numpy, prometheus_client)" "$venv/bin/pip" install --quiet -r "$wanted"
  cp "$wanted" "$venv/.installed"
}

# The simulator binary for an architecture other than the host's, and what runs it.
need_architecture() {
  [ "$1" != host ] || return 0
  case "$1" in arm64 | armv7) need_packages "running the board's binary" qemu-user-static ;; esac
  "$top/tools/firmware" "$1" --simulator
}
