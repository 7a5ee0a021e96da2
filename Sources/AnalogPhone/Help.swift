/// What `help` prints.
enum Help {
  static let text = """
    lift | hang-up | flash [MS]           the hook (100 ms)
    dial DIGITS [ON GAP [LOW[/HIGH]]]     DTMF: ms, ms, dBm0 (100 100 -9/-7); a comma waits 1 s
    pulse DIGITS [BREAK MAKE BETWEEN]     breaks of the loop: ms (61 39 800)
    play FILE.wav | say TEXT | stop       into the mouthpiece
    tone HZ[+HZ…] [MS [DBM0]]             a tone into the mouthpiece (1000 ms, -10 dBm0 each)
    hybrid DB [SAMPLES] | hybrid off      an echo of what is heard, weaker and later (8 samples)
    record FILE.wav | record stop         what the earpiece hears, sample for sample
    hear | status                         what is heard now; everything about the line
    wait WHAT TIME                        go on when it is there; 500, 500ms or 5s
      tone NAME|NAME…   dial ringback busy congestion vacant howler special-dial call-waiting
                        confirmation intrusion unknown any, or hertz: 450, 350+440
      sound  silence  speech  digits DIGITS
      ring  ring-off  ring-end  caller-id  polarity [reversed|normal]
      feed standby|forward|reverse|ringing|open  message-lamp on|off
      play-done  dial-done  connected
    pause TIME                            just wait
    help | quit
    """
}

extension Help {
  /// The first words of commands, for completion.
  static let verbs = [
    "lift", "hang-up", "flash", "dial", "pulse", "play", "say", "stop", "tone", "hybrid", "record",
    "hear",
    "status", "wait", "pause", "help", "quit",
  ]
}
