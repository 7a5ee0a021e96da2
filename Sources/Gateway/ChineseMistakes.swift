/// What is wrong with a line or a configuration, in Chinese.
///
/// A page of a `Phrasebook`: below each English phrase stands the Chinese one.
enum ChineseMistakes {
  static var page: StaticString {
    """
    line # is too long
    第 # 行太长
    %: '$' is out of range: %
    %：'$' 超出范围：%
    %: '$' is not a number: %
    %：'$' 不是数字：%
    %: '$' is odd: %
    %：'$' 是奇数：%
    %: '$' is not a telephone number: %
    %：'$' 不是电话号码：%
    %: '$' is not a time in seconds: %
    %：'$' 不是秒数：%
    %: '$' is not an IP address such as 192.0.2.1 or 2001:db8::1
    %：'$' 不是 IP 地址，如 192.0.2.1 或 2001:db8::1
    %: '$' is not the address of one host
    %：'$' 不是一台主机的地址
    %: '$' is no address such as 192.0.2.1 and no name such as sbc.example.net
    %：'$' 不是地址，如 192.0.2.1，也不是域名，如 sbc.example.net
    %: '$' is not expected here: %
    %：这里不应有 '$'：%
    %: '$' is there twice
    %：'$' 重复
    %: '$' is not a country that this firmware knows%
    %：本固件不认识国家 '$'%
    %: '$' is not known: did you mean '$'?
    %：不认识 '$'：是不是 '$'？
    %: '$' is not known: one of $
    %：不认识 '$'：可用 $
    %: '$' is not %
    %：'$' 不是 %
    %: '$' is a word too many: put a value with spaces in quotes
    %：'$' 多余：含空格的值请加引号
    %: '$' is a word too many
    %：'$' 多余
    %: a word too many: put a value with spaces in quotes
    %：多余的内容：含空格的值请加引号
    %: a value is missing: %
    %：缺少值：%
    %: not a digit map: %
    %：不是数图：%
    %: the value is empty: %
    %：值为空：%
    %: the value is too long: %
    %：值太长：%
    %: a secret that begins with < must be in quotes
    %：以 < 开头的密码请加引号
    '$' is not known: did you mean '$'?
    不认识 '$'：是不是 '$'？
    '$' is not known: one of $
    不认识 '$'：可用 $
    '$' is not known
    不认识 '$'
    '$' is a word too many: put a value with spaces in quotes
    '$' 多余：含空格的值请加引号
    '$' is a word too many
    '$' 多余
    '$' may be $
    '$' 不明确：可能是 $
    '$' is not %: a number from # to #
    '$' 不是 %：应为 # 到 # 的数
    a word is missing: one of $
    缺少单词：可用 $
    a word is missing: %
    缺少单词：%
    a value is missing: %
    缺少值：%
    nothing may follow here
    这里不能再接内容
    nothing begins with '$'
    没有以 '$' 开头的单词
    no port is in service: 'port 1 enable' is missing
    没有启用任何端口：缺少 'port 1 enable'
    % is missing, and the port is enabled
    缺少 %，而端口已启用
    % is missing
    缺少 %
    %: the same as sip server
    %：与 sip server 相同
    %: the box and its SBC cannot have the same address
    %：设备与 SBC 的地址不能相同
    %: one of IPv4 and IPv6, but sip server has the other
    %：与 sip server 的 IPv4、IPv6 不一致
    %: one of IPv4 and IPv6, but network address has the other
    %：与 network address 的 IPv4、IPv6 不一致
    %: the same device and VLAN as voice
    %：设备和 VLAN 与语音的相同
    %: a name wants a DNS server: network dns is missing
    %：域名需要 DNS 服务器：缺少 network dns
    %: the voice interface has the address: set network address and sip port
    %：地址属于语音接口：请设置 network address 和 sip port
    %: takes $ beside it
    %：需同时设置 $
    %: without syslog transport tls it has no effect
    %：没有 syslog transport tls 则不起作用
    %: tls takes sip transport tls beside it
    %：tls 需同时设置 sip transport tls
    %: sips takes sip transport tls beside it
    %：sips 需同时设置 sip transport tls
    %: media takes sip srtp beside it
    %：media 需同时设置 sip srtp
    a host name or an IP address
    主机名或 IP 地址
    text of at most # bytes
    文本，最多 # 字节
    a secret of at most # bytes
    保密文本，最多 # 字节
    up to 32 digits, optionally + in front
    最多 32 位数字，前面可加 +
    numbers of 2 to 8 digits, such as %
    2 到 8 位的号码，例如 %
    a country such as cn
    国家，例如 cn
    an absolute path of at most # bytes
    绝对路径，最多 # 字节
    an even number, # to #
    偶数，# 到 #
    # to # s, decimals allowed
    # 到 # 秒，可带小数
    ADDRESS [port N], without port #
    地址 [port N]，不写则端口为 #
    ADDRESS or NAME [port N], an address without port #
    地址或域名 [port N]，地址不写端口则为 #
    one or more of $
    其中一个或几个：$
    one of $
    其中之一：$
    an IP address
    IP 地址
    dhcp, or an IP address with its prefix: %
    dhcp，或带前缀长度的 IP 地址：%
    the name of a network device, such as eth0
    网络设备名，例如 eth0
    # to # %
    # 到 # %
    # to #
    # 到 #
    """
  }
}
