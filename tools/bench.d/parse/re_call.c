/* libre: whole calls at its user agent (sipsess), by UDP to the far side that calls.py plays.
   TIMES=number CALLS=outgoing|incoming FAR=port PROGRAM prints its own port first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <re/re.h>

static const char offer[] =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8\r\n";

static struct sip *sip;
static struct sipsess_sock *sessions;
static struct sipsess *session;
static char target[64];
static long left;
static int is_caller;

static void fail(const char *why) {
  fprintf(stderr, "error: %s\n", why);
  exit(1);
}

static struct mbuf *description(void) {
  struct mbuf *text = mbuf_alloc(sizeof offer);
  mbuf_write_str(text, offer);
  mbuf_set_pos(text, 0);
  return text;
}

static int offered(struct mbuf **description, const struct sip_msg *message, void *arg) {
  (void)description, (void)message, (void)arg;
  return 0;
}

static int answered(const struct sip_msg *message, void *arg) {
  (void)message, (void)arg;
  return 0;
}

static void progressed(const struct sip_msg *message, void *arg) { (void)message, (void)arg; }

static void call(void);
static void ended(void);

static void established(const struct sip_msg *message, void *arg) {
  (void)message, (void)arg;
  /* The caller ends the call at once: letting go of a session sends BYE. */
  if (!is_caller) return;
  session = mem_deref(session);
  ended();
}

static void closed(int error, const struct sip_msg *message, void *arg) {
  (void)error, (void)message, (void)arg;
  if (is_caller) fail("a call failed");
  session = mem_deref(session);
  ended();
}

static struct tmr next;
static void start_next(void *arg) {
  (void)arg;
  if (left == 0)
    re_cancel();
  else if (is_caller)
    call();
}

/* The BYE is answered before the next call or the end. */
static void ended(void) {
  left--;
  tmr_start(&next, 5, start_next, 0);
}

static void call(void) {
  struct mbuf *text = description();
  int error = sipsess_connect(
      &session, sessions, target, 0, "sip:1001@ims.example", "1001", 0, 0, "application/sdp", text,
      0, 0, false, offered, answered, progressed, established, 0, 0, closed, 0, 0);
  mem_deref(text);
  if (error) fail("sipsess_connect");
}

static void called(const struct sip_msg *message, void *arg) {
  (void)arg;
  struct mbuf *text = description();
  if (sipsess_accept(
          &session, sessions, message, 180, "Ringing", "1001", "application/sdp", 0, 0, 0, false,
          offered, answered, established, 0, 0, closed, 0, 0) != 0 ||
      sipsess_answer(session, 200, "OK", text, 0) != 0)
    fail("a call was not taken");
  mem_deref(text);
}

int main(void) {
  struct sa local;
  const char *times = getenv("TIMES"), *calls = getenv("CALLS"), *far = getenv("FAR");
  if (!times || !calls || !far) fail("usage: TIMES=number CALLS=outgoing|incoming FAR=port PROGRAM");
  left = atol(times);
  is_caller = strcmp(calls, "outgoing") == 0;
  snprintf(target, sizeof target, "sip:2001@127.0.0.1:%s", far);
  sa_set_str(&local, "127.0.0.1", 0);
  if (libre_init() != 0 || sip_alloc(&sip, 0, 32, 32, 32, "Tipring", 0, 0) != 0 ||
      sip_transp_add(sip, SIP_TRANSP_UDP, &local) != 0 ||
      sip_transp_laddr(sip, &local, SIP_TRANSP_UDP, 0) != 0 ||
      sipsess_listen(&sessions, sip, 32, called, 0) != 0)
    fail("libre did not start");
  tmr_init(&next);
  printf("%u\n", sa_port(&local));
  fflush(stdout);
  if (is_caller) call();
  re_main(0);
  return left == 0 ? 0 : 1;
}
