/// The help of the commands, in Chinese; that of the parameters is in `Config`.
///
/// A page of a `Phrasebook`: below each English phrase stands the Chinese one.
enum ChineseCommands {
  static var page: StaticString {
    """
    Show how the box is
    显示设备状态
    The box on one screen
    一屏总览
    Memory, storage, load and temperature
    内存、存储、负载和温度
    What is wrong, and since when
    告警及其开始时间
    Program, libraries and uptime
    程序、库和运行时间
    Every port: hook, state and call
    各端口：摘挂机、状态和通话
    Every port's registration at the SBC
    各端口在 SBC 的注册
    Calls in progress and the last ones that ended
    当前和最近结束的通话
    One table of calls
    一张通话表
    Calls that ended, with what their streams counted
    已结束的通话及其媒体统计
    Tell of lines, SIP and RTP while it happens
    实时显示线路、SIP 和 RTP 事件
    Ask a host whether it is there
    探测主机是否可达
    Its address, IPv4 or IPv6
    主机地址，IPv4 或 IPv6
    Ask DNS where the servers of a name are
    用 DNS 查询域名的服务器
    A domain or a host, such as sbc.example.net
    域名或主机名，例如 sbc.example.net
    Make a call from a port whose handset is on the hook
    从挂机端口发起测试呼叫
    The port that calls
    主叫端口
    The digits to dial
    所拨号码
    How long to talk, else 10
    通话秒数，缺省 10
    Try a line
    测试线路
    All of it, in this order
    依次进行全部测试
    What the hook and a dial do, for 15 s
    摘挂机、拍叉和脉冲拨号，观察 15 秒
    One burst of the bell, and whether the handset is lifted in it
    振铃一次，看振铃中是否摘机
    Dial tone into the handset, for 5 s
    向听筒送拨号音 5 秒
    The keys that are pressed, with the levels of their tones
    所按的键及其双音电平
    Echo return loss: how much weaker comes back what is sent
    回波损耗：返回信号比发送信号弱多少
    What is said into the handset, back into it a second later
    对话筒说话，一秒后从听筒听到
    Interfaces, addresses and what DHCP told
    接口、地址和 DHCP 信息
    Where the configuration comes from, and what came of it
    配置的来源和下载结果
    Configuration from a server
    从服务器下载配置
    Ask at once for a new one
    立即查询新配置
    What the audio streams counted
    媒体流统计
    What the SIP side counted
    SIP 统计
    With what the SBC told of routes and identities
    包括 SBC 下发的路由和标识
    Everything of one port
    一个端口的全部信息
    Its number
    端口号
    Everything for the desk, without secrets
    供技术支持的全部信息，不含密码
    Forget every setting and start as the factory did
    清除全部设置，恢复出厂
    There is no way back
    无法撤销
    SIP and what the lines do, as a file for Wireshark
    抓取 SIP 和线路事件，供 Wireshark 打开
    Begin, at most 256 KiB
    开始，最多 256 KiB
    At most so many KiB
    最多多少 KiB
    RTP and RTCP too, with all that is said
    也抓取 RTP 和 RTCP，包括通话内容
    End, and say where the file is
    结束，并给出文件位置
    The file as base64, for a terminal that keeps what it shows
    以 base64 输出文件，由终端记录
    One part of 64 KiB; else the first
    第几段，每段 64 KiB，缺省第一段
    How far the capture is
    抓包进度
    Register at the SBC
    向 SBC 注册
    Every port, whatever it waits for
    立即注册全部端口
    Paste lines, all of them or none
    粘贴配置行，全部生效或全不生效
    Into the candidate
    并入候选配置
    In place of the candidate
    替换候选配置
    Why the box started last
    上次启动的原因
    The last events, oldest first
    最近的事件，旧的在前
    The configuration, secrets hidden
    运行中的配置，密码隐藏
    The configuration that is stored, secrets hidden
    已保存的配置，密码隐藏
    What waits for the next start
    等待重启生效的更改
    Walk the way from a telephone to the SBC
    从话机到 SBC 逐段检查
    One port
    一个端口
    What is broken first, if anything
    指出第一处故障
    Edit the configuration
    编辑配置
    Change the password that you log in with
    修改本人的登录密码
    That of the user who looks and changes nothing
    修改只读用户 operator 的密码
    End in order and start again
    正常结束并重新启动
    Even when that ends calls
    即使会中断通话
    Leave the console
    离开控制台
    List every command
    列出所有命令
    Do it
    执行
    Go back to the standard value
    恢复缺省值
    The port's number
    端口号
    The candidate configuration, secrets hidden
    候选配置，密码隐藏
    What commit would change
    提交将带来的更改
    What is wrong with the candidate
    候选配置的错误
    Store the candidate and use it
    保存候选配置并生效
    The same as commit
    同 commit
    Go back by itself unless another commit follows
    限时内不再次提交则自动恢复
    Time to decide
    确认时限，分钟
    Make the candidate what is stored
    放弃候选配置的更改
    Make the candidate an earlier configuration
    候选配置取自更早的配置
    How far back
    往前第几次提交
    A command from outside of the configuration
    执行配置模式之外的命令
    Stop editing; the candidate stays
    退出编辑；候选配置保留
    A word may be shortened as long as it is clear: sh ver. A ? lists what may come next.
    不混淆时单词可缩写：sh ver。按 ? 列出可接的内容，按 Tab 补全。
    """
  }
}
