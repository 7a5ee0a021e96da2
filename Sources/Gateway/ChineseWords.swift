/// The titles of tables and what stands in their cells, in Chinese.
///
/// A page of a `Phrasebook`: below each English phrase stands the Chinese one.
enum ChineseWords {
  static var page: StaticString {
    """
    port
    端口
    number
    号码
    name
    名称
    state
    状态
    registration
    注册
    last answer
    最近应答
    next try in
    下次尝试还有
    expires in
    剩余有效期
    digits or far party
    所拨号码或对方
    since
    起始
    digits
    所拨号码
    audio
    音频
    call
    通话
    failed tries
    失败次数
    identity
    标识
    trunk
    中继
    identities
    全部标识
    route
    路由
    path
    路径
    agreement
    安全协商
    contact
    联系地址
    flow
    注册流
    reg event
    注册事件订阅
    messages
    留言
    mailbox
    留言订阅
    message lamp
    留言灯
    lit
    亮
    dark
    灭
    ua-profile
    业务订阅
    dial tone
    拨号音
    the standard one
    普通拨号音
    special: a service is active
    特种拨号音：有业务在用
    special: messages wait
    特种拨号音：有留言
    waiting, # new, # old
    有留言，新 #，旧 #
    none waiting, # new, # old
    没有留言，新 #，旧 #
    waiting
    有留言
    none waiting
    没有留言
    participant
    与会者
    connected
    已接通
    on hold
    保持中
    muted
    已静音
    being called
    正在呼叫
    joining
    正在加入
    has left
    已离开
    direction
    方向
    far party
    对方
    began
    开始
    talked
    通话时长
    end
    结束
    lost
    丢失
    concealed
    补偿
    sent
    发送
    received
    接收
    late
    迟到
    duplicate
    重复
    refused
    拒收
    stranger
    陌生
    forged
    伪造
    replayed
    重放
    dropped
    丢弃
    jitter ms
    抖动 ms
    buffer ms
    缓冲 ms
    round trip ms
    往返 ms
    count
    次数
    what
    项目
    all KiB
    总量 KiB
    free KiB
    可用 KiB
    memory
    内存
    storage
    存储
    this program
    本程序
    alarm
    告警
    service
    业务
    line circuit
    线路电路
    audio card
    声卡
    line
    线路
    cable
    网线
    address
    地址
    note
    提示
    emergency
    紧急
    out
    呼出
    in
    呼入
    unknown
    未知
    in progress
    进行中
    none
    无
    on hook
    挂机
    off hook, not registered
    摘机，未注册
    dialling
    拨号中
    calling
    呼叫中
    far phone rings
    对方振铃
    ringing
    振铃
    talking
    通话中
    tone after the call
    通话后送音
    howler
    催挂音
    locked out
    已锁定
    out of service
    停用
    under test
    测试中
    %: # is gone
    %：声卡 # 不见了
    %: card # is gone, line circuit cannot be driven
    %：声卡 # 不见了，线路电路无法驱动
    %: card # is gone
    %：声卡 # 不见了
    %: line circuit cannot be driven
    %：线路电路无法驱动
    not registered
    未注册
    registering
    注册中
    registered
    已注册
    no answer
    无应答
    user name or password refused
    用户名或密码被拒
    unknown digest algorithm
    不支持的鉴权算法
    challenge of another realm
    质询的 realm 不同
    challenge weaker than before
    质询弱于先前
    SBC knows no trunks
    SBC 不支持中继注册
    challenge made with another key
    质询所用的密钥不同
    ended by the network
    被网络终止
    refused with #
    被拒绝，应答 #
    ended here
    本端结束
    far party hung up
    对方挂机
    caller gave up
    主叫放弃
    SBC did not answer
    SBC 无应答
    credentials refused
    鉴权被拒
    answer was never acknowledged
    应答未被确认
    far party lost the call
    对方丢失通话
    hung up here
    本端挂机
    nobody answered
    无人接听
    no common codec
    没有共同的编码
    no room for the call
    通话资源不足
    port out of service
    端口停用
    %, cause #
    %，原因值 #
    % by %
    %，由 % 转来
    not subscribed
    未订阅
    asked for
    已请求
    subscribed
    已订阅
    datagrams received
    收到的数据报
    datagrams sent
    发出的数据报
    datagrams sent again
    重发的数据报
    requests received again
    重复收到的请求
    datagrams from a stranger
    来自陌生地址的数据报
    requests above the limit
    超出限速的请求
    keep-alives
    保活
    malformed messages
    格式错误的消息
    responses to nothing
    无对应请求的应答
    ACKs to nothing
    无对应通话的 ACK
    requests for an unknown dialog
    未知对话的请求
    unsupported methods
    不支持的方法
    unsupported extensions
    不支持的扩展
    merged requests
    合并的请求
    bad requests
    错误的请求
    calls for an unknown number
    呼叫未知号码
    requests refused for overload
    因过载拒绝的请求
    offers that met another
    相撞的 offer
    reports of calls that nobody took
    无人接收的通话质量报告
    requests out of order
    次序错误的请求
    malformed: %
    格式错误：%
    """
  }
}
