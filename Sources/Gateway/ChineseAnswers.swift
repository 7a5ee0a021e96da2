/// The sentences of answers, in Chinese; where one fits two phrases, the first one counts.
///
/// A page of a `Phrasebook`: below each English phrase stands the Chinese one.
enum ChineseAnswers {
  static var page: StaticString {
    """
    $, up #
    $，已运行 #
    host name $, up #
    设备名称 $，已运行 #
    started # #, up #
    启动于 # #，已运行 #
    started: %
    启动原因：%
    reason: %
    原因：%
    not recorded
    没有记录
    first start: nothing was recorded before
    首次启动：以前没有记录
    restart in order: the process was stopped and started again
    正常重启：进程停止后重新启动
    the process ended without a word and was started again; the board kept running
    进程意外结束后重新启动；板子一直在运行
    reboot in order
    正常重启整机
    watchdog: the media thread of card # stood still
    看门狗：声卡 # 的媒体线程停滞
    watchdog: the control loop or the kernel stood still
    看门狗：主循环或内核停滞
    kernel panic
    内核崩溃
    power lost, or a reset without a trace
    断电，或没有痕迹的复位
    SBC: unknown
    SBC：未知
    SBC: %
    SBC：%
    %; instead of it %
    %；备选 %
    % (does not answer)
    %（无应答）
    no alarms
    没有告警
    alarms:
    告警：
    %: BROKEN: %
    %：故障：%
    port #: %: %
    端口 #：%：%
    port #: %
    端口 #：%
    port # 可以通话
    端口 # 可以通话
    port # 不能通话，请检查：%
    端口 # 不能通话，请检查：%
    card #: the box was too slow # times
    声卡 #：设备处理太慢 # 次
    card #: the box was too slow
    声卡 #：设备处理太慢
    card # is gone
    声卡 # 不见了
    SBC % does not answer
    SBC % 无应答
    no way to the SBC
    到 SBC 不通
    no port can call
    没有端口可以通话
    registration not renewed
    注册未续期
    off hook for long
    长时间摘机
    its line circuit cannot be driven
    线路电路无法驱动
    the clock is not set
    时钟未校准
    provisioning: %
    自动配置：%
    the last change could not be stored
    上次更改未能保存
    the storage does not answer
    存储没有响应
    the reset button is missing: %
    没有复位按钮：%
    the configuration is on trial for another #
    配置正在试运行，剩余 #
    # change waits for a restart
    # 项更改等待重启生效
    # changes wait for a restart
    # 项更改等待重启生效
    # sent, # received, # lost, # late, jitter # ms, buffer # ms, round trip # ms
    发送 #，接收 #，丢失 #，迟到 #，抖动 # ms，缓冲 # ms，往返 # ms
    call # of port #: conference of more than #
    呼叫 #（端口 #）：超过 # 方的会议
    call # of port #: conference of #
    呼叫 #（端口 #）：# 方会议
    # # to %
    # # 呼叫 %
    # # from %
    # # 来自 %
    %, talked #, %
    %，通话 #，%
    # ended streams: # packets lost, # late, # refused, # from strangers, # forged, # replayed, \
    # frames concealed, # dropped, # periods missed
    已结束 # 个媒体流：丢包 #，迟到 #，拒收 #，陌生 #，伪造 #，重放 #，补偿 # 帧，丢弃 #，错过 # 个周期
    card # is gone: %
    声卡 # 不见了：%
    card #: %
    声卡 #：%
    # xruns (# capture, # playback, # ours), # periods slipped, lost # times, woken at most # us \
    late, worked at most # us
    欠载 # 次（采集 #，播放 #，本机原因 #），滑动 # 个周期，丢失 # 次，唤醒最多迟 # us，处理最多 # us
    load of 1, 5, 15 minutes: %
    1、5、15 分钟负载：%
    temperature %: # C
    % 温度：# C
    no temperature sensor
    没有温度传感器
    no reset button
    没有复位按钮
    reset button: missing: %
    复位按钮：缺少：%
    reset button: %
    复位按钮：%
    voice: left to the system; own address %
    语音：由系统管理；本机地址 %
    voice: %
    语音：%
    management: left to the system; own address %
    管理：由系统管理；本机地址 %
    management: %
    管理：%
    %: no cable, or no lease
    %：没有网线，或没有租到地址
    %: no cable
    %：没有网线
    %, from DHCP
    %，来自 DHCP
    % via %
    %，网关 %
    SIP server (#): %
    SIP 服务器 (#)：%
    DNS server: %
    DNS 服务器：%
    time servers (42): %
    时间服务器 (42)：%
    provisioning (66): %
    自动配置 (66)：%
    vendor (43): %
    厂商信息 (43)：%
    no server: provisioning url is not set
    没有服务器：未设置 provisioning url
    asked: show provisioning
    已请求：show provisioning
    asked: show registrations
    已请求：show registrations
    url: none yet; DHCP may tell one (option 43)
    URL：还没有；可由 DHCP 下发（选项 43）
    url: %
    URL：%
    signature: not asked for
    签名：不要求
    signature: must be right
    签名：必须正确
    last try: none since the start
    上次尝试：启动后还没有
    last try: %
    上次尝试：%
    last answer: %
    最近应答：%
    version (ETag): %
    版本 (ETag)：%
    next try: waiting for an answer
    下次尝试：正在等待应答
    next try: in #
    下次尝试：# 后
    next try: at the next start
    下次尝试：下次启动时
    on trial: the configuration before comes back in # unless # ports are registered and the \
    server answers
    试运行：除非 # 后仍有 # 个端口注册且服务器应答，否则恢复先前的配置
    no capture runs
    没有在抓包
    capturing to %
    正在抓包到 %
    # packets, # of # bytes, no room for # more
    # 个包，# / # 字节，另有 # 个放不下
    # packets, # of # bytes
    # 个包，# / # 字节
    there is no capture
    没有抓包文件
    %: nothing was changed
    %：没有任何更改
    %: not all is forgotten: try again
    %：没有全部清除：请重试
    the file has # part
    文件有 # 段
    the file has # parts
    文件有 # 段
    every setting and password is lost: factory-reset confirm does it
    将丢失全部设置和密码：factory-reset confirm 执行
    every setting is forgotten; restarting
    设置已全部清除；正在重启
    restarting
    正在重启
    # port is in a call: restart now ends it
    # 个端口正在通话：restart now 会中断
    # ports are in a call: restart now ends it
    # 个端口正在通话：restart now 会中断
    console # edits the same candidate
    控制台 # 正在编辑同一候选配置
    the candidate has changes: compare shows them
    候选配置有更改：用 compare 查看
    not committed; the candidate keeps its changes
    尚未提交；候选配置保留更改
    the candidate is what is stored
    候选配置与已保存的相同
    the candidate is sound
    候选配置没有错误
    what is stored is what runs
    已保存的与运行中的相同
    nothing to commit
    没有可提交的更改
    not committed:
    未提交：
    a trial runs: commit keeps it, then another can begin
    正在试运行：先 commit 保留，才能再试
    kept
    已保留
    committed
    已提交
    on trial: unless commit follows within # min, the configuration before comes back
    试运行：# 分钟内不再 commit 则恢复先前的配置
    whoever is connected by what changes here is cut off then: commit confirm MINUTES \
    comes back by itself
    通过这些设置连接的人届时会断开：commit confirm MINUTES 可自动恢复
    keys of SRTP go in the clear: sip transport is not tls
    SRTP 密钥以明文传送：sip transport 不是 tls
    from the next start on ('restart' outside of the configuration):
    重启后生效（退出配置模式后用 restart）：
    paste the lines; a line with . ends, one with abort forgets them
    请粘贴各行；单独一行 . 结束，abort 放弃
    nothing was changed
    没有任何更改
    too long: at most # bytes; nothing was changed
    太长：最多 # 字节；没有任何更改
    another change is being stored; try again
    正在保存另一项更改；请重试
    every box is delivered with this password: a new one is needed
    这是出厂密码：必须设置新密码
    new password:
    新密码：
    once more:
    再输一次：
    for $; an empty line leaves it as it is
    用户 $；空行则不修改
    not the same
    两次输入不同
    left as it is
    未修改
    the password of $ is changed
    $ 的密码已修改
    8 to 64 characters, please
    请用 8 到 64 个字符
    a character of it cannot be typed everywhere
    有的字符不是处处都能输入
    it contains the user's name
    不能包含用户名
    of small letters, capitals, digits and others three kinds, or 16 characters
    小写、大写、数字、其他字符至少三种，或 16 个字符以上
    too few different characters
    不同的字符太少
    every event and every SIP message; Ctrl-C ends it
    显示每个事件和每条 SIP 消息；Ctrl-C 结束
    echo requests to %
    探测 %
    another console pings
    另一个控制台正在探测
    no answer within 1 s
    1 秒内无应答
    % answers after # ms
    % 应答，用时 # ms
    # sent, # answered, between # and # ms
    发送 #，应答 #，用时 # 到 # ms
    # sent, # answered
    发送 #，应答 #
    not sent: %
    没有发出：%
    no address; one is 192.0.2.1 or 2001:db8::1
    不是地址；地址如 192.0.2.1 或 2001:db8::1
    servers of $; Ctrl-C ends it
    查询 $ 的服务器；Ctrl-C 结束
    there is no way to a DNS server
    到 DNS 服务器不通
    no name; one is sbc.example.net
    不是域名；域名如 sbc.example.net
    no server: %
    没有服务器：%
    DNS: %: %
    DNS：%：%
    % %: # record after # ms
    % %：# 条记录，用时 # ms
    % %: # records after # ms
    % %：# 条记录，用时 # ms
    % %: %, after # ms
    % %：%，用时 # ms
    SIP over % goes to %
    SIP 经 % 发往 %
    port # calls $; Ctrl-C hangs up
    端口 # 呼叫 $；Ctrl-C 挂机
    the test call is over
    测试呼叫结束
    the handset was lifted: the call is its own now
    话机已摘机：通话转给话机
    the handset was lifted: the test call is over
    话机已摘机：测试呼叫结束
    the port is not in use
    端口未使用
    the port is out of service
    端口停用
    the port is busy
    端口忙
    the port is not registered
    端口未注册
    no number: at most 32 of 0-9, * and %
    不是号码：最多 32 位 0-9、* 和 %
    an operator calls numbers without * and %
    操作员所拨号码不能含 * 和 %
    testing port #; Ctrl-C ends it
    正在测试端口 #；Ctrl-C 结束
    the handset was left off the hook: hang up first
    话机没有挂好：请先挂机
    the test is over
    测试结束
    lift the handset
    请摘机
    hang up
    请挂机
    the handset is off; %
    已摘机；%
    on the hook; %
    已挂机；%
    left out: not hung up
    跳过：没有挂机
    left out: not lifted
    跳过：没有摘机
    left out: hung up
    跳过：已挂机
    over: hung up
    结束：已挂机
    over, the handset is off
    结束，摘机状态
    over, on the hook
    结束，挂机状态
    over
    结束
    lifted after # s, and the bell is silent
    # s 后摘机，铃声停止
    the burst is over, not lifted
    振铃结束，没有摘机
    nothing happened
    没有任何动作
    no ring current: other ports use it
    没有铃流：其他端口正在使用
    no digit was heard
    没有听到按键
    nothing was measured: the audio stands still
    没有测到：音频停滞
    lifted
    摘机
    hung up
    挂机
    hook flash of # ms
    拍叉 # ms
    digit % by pulses, breaks of # ms
    脉冲拨号 %，断开 # ms
    digit %: low # dBm0, high # dBm0, twist # dB
    按键 %：低频 # dBm0，高频 # dBm0，电平差 # dB
    echo return loss # dB or more: no echo above the noise
    回波损耗 # dB 以上：没有高于噪声的回波
    echo return loss # dB
    回波损耗 # dB
    lift, tap the hook, dial, hang up; 15 s
    请摘机、拍叉、拨号、挂机；15 s
    one burst
    振铃一次
    dial tone for 5 s
    拨号音 5 s
    press keys; 5 s without one end it
    请按键；5 s 不按则结束
    noise for 2 s; keep quiet
    送噪声 2 s；请保持安静
    speak; it comes back a second later, for 20 s
    请讲话；一秒后听到回放，共 20 s
    # lines left out: too many at once
    省略 # 行：一次太多
    ^ %
    ^ %
    """
  }
}
