# 工具栏、托盘，以及对单个任务的操作
add-download = 新建下载
add-upload = 新建上传
pause-all = 全部暂停
resume-all = 全部继续
clear-finished = 清除已完成
preferences = 偏好设置
pause = 暂停
resume = 继续
cancel = 取消
restart = 重新开始
send-again = 重新发送
remove = 移除
move-to-trash = 移至回收站
open = 打开
show-in-folder = 在文件夹中显示
copy-link = 复制链接
details = 详细信息
close = 关闭
leave = 取消
back = 返回
dismiss = 知道了

# 主窗口
empty-title = 这里还没有任务
status-running = { $count } 个任务正在进行
status-idle = 没有正在进行的任务
status-total = 共 { $count } 个任务
drop-hint = 放下链接即可下载，放下文件即可上传

# 任务状态
state-queued = 排队中
state-downloading = 正在下载
state-uploading = 正在上传
state-verifying = 正在校验
state-completed = 已完成
state-cancelled = 已取消
state-skipped = 已跳过：已有同名文件
state-failed = 失败
state-paused = 已暂停
state-waiting = 等待中
state-restart-needed = 已停止：再次发送可能造成重复
state-changed = 已停止：服务器上的文件已变更
state-needs-link = 已停止：链接已失效
state-needs-login = 已停止：需要登录
state-network = 正在等待网络
state-metered = 正在等待不计费的网络
state-roaming = 漫游中，正在等待
state-data-limit = 流量套餐将不足，正在等待
state-battery = 为节省电量，正在等待
state-retry = 将于 { $time } 重试
state-schedule = 将于 { $time } 开始
state-disk-space = 正在等待磁盘空间
state-answer = 已完成，服务器返回 { $status }
leftover = 仍留在服务器上
leftover-removing = 正在从服务器上删除

# 数量
amount = { $number } { $unit }
amount-of = { $done } / { $total } { $unit }
speed = { $amount }/s
time-left = 剩余 { $time }
time-seconds = { $s } 秒
time-minutes = { $m } 分钟
time-minutes-seconds = { $m } 分 { $s } 秒
time-hours = { $h } 小时 { $m } 分
time-days = { $d } 天 { $h } 小时
separator = { " · " }

# 新建下载
links = 链接
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] 每行一个链接。
   *[other] 共 { $count } 个链接。
}
links-left-out = { $count ->
   *[other] 以下内容不是网址，将被忽略：{ $which }
}
folder = 文件夹
file-name = 文件名
file-name-placeholder = 使用服务器给出的名称
choose = 选择…
start = 开始
no-picker = 当前桌面没有可用的选择对话框，请直接输入路径。
path-not-whole = 请输入完整路径，以“/”开头。
name-not-plain = 文件名不能包含“/”。

# 新建上传
files = 文件
files-none = 尚未选择文件。
file-placeholder = /path/to/file
add-file = 添加
choose-files = 选择文件…
choose-folder = 选择文件夹…
folder-tally = { $files } 个文件，{ $folders } 个文件夹，{ $size }
folder-left-out = { $count } 项不发送，首个为 { $which }（{ $why ->
    [link-to-folder] 指向文件夹的链接
    [link-to-outside] 指向外部的链接
    [link-to-nothing] 无效链接
    [no-file] 不是普通文件
    [empty-folder] 空文件夹
   *[unreadable] 无法读取
}）
address = 网址
address-placeholder = https://example.org/upload
more = 更多
less = 收起
way = 方式
way-auto = 自动
way-form = 表单
way-resumable = 可续传 HTTP
way-hint = { $way ->
    [webdav] 文件完整后才会出现该名称。
    [s3] 位于 https://服务器/存储桶/名称 的对象。把两个密钥写进网址：https://密钥:机密@服务器/…
    [resumable] 按标准草案，中断后可以继续。
    [google] Google 服务的会话，中断后可以继续。
    [post] 一次请求；发送两次可能会出现两份。
    [put] 一次请求，把文件存到这个网址，若以“/”结尾则存到其中；重复发送不会有问题。
    [form] 像浏览器那样发送。
    [tus] 中断后可以继续。
   *[auto] 会询问服务器最适合的方式。
}
fields = 字段
fields-placeholder = 名称=值，每行一个
field-wrong = “{ $line }”不是字段，应写成“名称=值”。
headers = 请求头
headers-placeholder = 名称: 值，每行一个
header-wrong = “{ $line }”不是有效的请求头，应写成“名称: 值”。
destination = 目的地
destination-save = 保存为目的地
destination-name = 名称
destination-name-wrong = 目的地需要一个简短的名称，且不能是地址。
destination-kept = 已保存。
save = 保存
if-exists = 名称已存在时
if-exists-fail = 保留原文件
if-exists-rename = 使用新名称
if-exists-overwrite = 替换
if-exists-skip = 跳过
limit = 限速
limit-placeholder = 每秒 500K 或 2M；留空则不限
speed-wrong = 这不是速度。应类似 500K 或 2M。
files-clash = 会有多个文件存到 { $address }。请填写以“/”结尾的文件夹网址，并选择名称不同的文件。

# 询问
remove-question = 要移除“{ $name }”吗？
remove-loss = 已下载的 { $amount } 将被删除。
remove-loss-upload = 上传将就此停止；已发送的内容可能会留在服务器上。
remove-loss-upload-begun = 上传将就此停止；已发送的内容会从服务器上删除。
restart-question = 要重新开始“{ $name }”吗？
restart-loss = 已下载的 { $amount } 将重新下载。
quit-question = 有 { $count } 个任务正在进行
quit-explained = 关闭窗口后它们可以继续进行。如果退出，它们会暂停，下次启动时继续。
keep-running = 在后台继续
pause-and-quit = 暂停并退出
quit = 退出

# 详细信息
detail-address = 网址
detail-found-at = 实际地址
detail-destination = 目的地
detail-link = 链接
detail-file = 文件
detail-added = 添加时间
detail-finished = 结束时间
detail-answer = 服务器的回应
detail-checked = 校验依据
checked-checksum = 校验值（{ $algorithm }）和文件长度
checked-etag = 服务器的版本标记和文件长度
checked-length = 服务器给出的文件长度
checked-none = 无；服务器没有给出长度或版本

# 消息
gone-title = 会话已结束
gone-explained = 所有任务都已暂停并保留。再次启动 Windlass 即可继续。
problem-title = 无法启动 Windlass
problem-locked = 另一个 Windlass 正在使用此配置。请退出它，或等它结束后再启动。
problem-newer = 任务列表由更新版本的 Windlass 写入，已原样保留。请使用新版本。
problem-unusable = 无法使用 { $path }：{ $reason }。请检查权限和磁盘。
notice-background = 窗口关闭期间，任务仍在继续进行。
notice-cannot-open = 无法打开“{ $name }”。
notice-restored = 任务列表已损坏，现已改用上一份。损坏的文件保留在 { $path }。
notice-settings = 无法读取设置，文件保持原样：{ $path }

# 通知与托盘
notice-download-done = { $name } 下载完成
notice-upload-done = { $name } 上传完成
notice-failed = { $name } 失败：{ $reason }
notice-group-done = “{ $name }”已全部完成
notice-group-failed = “{ $name }”中有 { $count } 项失败
notice-open = 打开
notice-show = 在文件夹中显示
awake-reason = 正在传输文件
sleep-delay-reason = 正在保存传输进度
tray-open = 打开 Windlass
tray-idle = Windlass：没有正在进行的任务
tray-running = Windlass：{ $count } 个任务正在进行

# 出了什么问题，可以怎么办
error = { $what }。{ $advice }
error-about = { $what }（{ $about }）
error-join = {"，"}
error-status = HTTP { $status }
error-host-name-not-resolved = 找不到服务器的名称
    .advice = 请检查网址和网络。
error-cannot-connect = 服务器没有响应
    .advice = 服务器可能已停机，请稍后再试。
error-server-unreachable = 无法连接到服务器
    .advice = 请检查网络。
error-timeout = 服务器响应超时
    .advice = 请稍后再试。
error-connection-aborted = 连接中断
    .advice = 点“继续”即可接着传输。
error-certificate-common-name-is-incorrect = 服务器的证书属于另一个名称
    .advice = 请检查网址。
error-certificate-expired = 服务器的证书已过期
    .advice = 请检查本机时间，或联系网站所有者。
error-certificate-revoked = 服务器的证书已被吊销
    .advice = 请联系网站所有者。
error-certificate-is-invalid = 服务器的证书不受信任
    .advice = 请联系网站所有者。
error-host-key-not-trusted = 服务器的密钥不受信任
    .advice = 请向服务器管理员确认正确的密钥，并且只信任它。
error-redirect-failed = 服务器不停地转到其他网址
    .advice = 请检查链接。
error-https-to-http-on-redirection = 服务器从安全网址转到了不安全的网址
    .advice = 如果信任目标网址，请直接使用它。
error-error-http-invalid-server-response = 无法理解服务器的回应
    .advice = 请稍后再试。
error-insufficient-range-support = 服务器不支持断点续传
    .advice = 请重新开始。
error-secret-not-found = 找不到登录信息
    .advice = 请解锁密钥环后继续，或重新添加并填写登录信息。
error-unauthorized = 服务器要求登录
    .advice = 请使用用户名和密码登录。
error-forbidden = 服务器拒绝访问
    .advice = 请检查链接和登录信息。
error-not-found = 服务器上没有这个文件
    .advice = 请检查链接。
error-proxy-authentication-required = 代理要求登录
    .advice = 请带上代理的用户名和密码重新添加。
error-proxy-unreachable = 代理没有响应
    .advice = 请检查代理设置和网络。
error-proxy-refused = 代理不允许此连接
    .advice = 请检查代理设置，或联系代理的管理员。
error-gone = 文件已不存在
    .advice = 请寻找新的链接。
error-locked = 服务器上的文件正在使用
    .advice = 请稍后再试。
error-insufficient-storage = 服务器没有剩余空间
    .advice = 有空间后请继续。
error-request-entity-too-large = 文件超过了服务器的大小限制
    .advice = 请确认服务器接受的大小。
error-requested-range-not-satisfiable = 服务器上的数据比之前少
    .advice = 请重新开始。
error-too-many-requests = 服务器要求减少请求
    .advice = 请稍后再试。
error-unexpected-client-error = 服务器拒绝了请求
    .advice = 请检查网址。
error-internal-server-error = 服务器出现故障
    .advice = 请稍后再试。
error-unexpected-status-code = 服务器返回的不是文件
    .advice = 请检查链接。
error-operation-canceled = 任务已取消
    .advice = 点“重新开始”可再次执行。
error-invalid-proxy = 这不是代理的地址
    .advice = 地址的格式应类似 http://proxy.example:3128。
error-invalid-url = 这不是网址
    .advice = 网址的格式应类似 https://example.org/file。
error-unsupported-scheme = 不支持这种网址
    .advice = 请使用 http、https、ftp、ftps、ftpes 或 sftp。
error-truncated = 服务器没有发送完整的文件
    .advice = 点“继续”获取剩余部分。
error-changed = 服务器上的文件已经变了
    .advice = 重新开始即可获取新文件。
error-checksum-mismatch = 文件与校验值不符
    .advice = 请重新开始，或换一个来源。
error-disk-full = 磁盘已满
    .advice = 腾出空间后会自动继续。
error-permission-denied = 没有写入权限
    .advice = 请选择其他文件夹。
error-read-only = 磁盘是只读的
    .advice = 请选择其他文件夹。
error-file-missing = 找不到文件
    .advice = 请检查路径。
error-file-changed = 文件在此期间发生了变化
    .advice = 重新开始即可发送当前的文件。
error-file-exists = 名称已被占用
    .advice = 请换一个名称。
error-already-complete = 文件已全部到达服务器
    .advice = 它会留在那里；如不需要，请在服务器上删除。
error-io = 磁盘报告了错误
    .advice = 请检查磁盘，然后继续。
error-ftp = 服务器拒绝了命令
    .advice = 请检查网址。
error-result-unknown = 已全部发送，但没有收到回应
    .advice = 再次发送前，请先到服务器上确认。
error-not-resumable = 无法继续
    .advice = 请重新开始。

# The main screen: columns, places, menus.
column-name = 名称
column-progress = 进度
column-size = 大小
column-speed = 速度
column-time-left = 剩余时间
column-status = 状态
column-added = 添加时间
column-priority = 优先级
percent = { $number }%
number = { $number }
priority-high = 高
priority-normal = 普通
priority-low = 低
search = 搜索
sidebar = 侧边栏
sidebar-groups = 分组
sidebar-destinations = 目的地
sidebar-files = 文件类型
place-all = 全部
place-active = 进行中
place-paused = 已暂停
place-finished = 已完成
place-failed = 失败
place-downloads = 下载
place-uploads = 上传
place-pictures = 图片
place-music = 音乐
place-videos = 视频
place-documents = 文档
place-archives = 压缩包
place-programs = 程序
nothing-found = 没有找到“{ $words }”。
nothing-here = 这里没有内容。
copy-address = 复制链接
move-first = 移到最前
move-up = 上移
move-down = 下移
move-last = 移到最后
held-network = 正在等待网络
held-metered = 等待中：当前网络按流量计费
held-roaming = 等待中：漫游
held-data-limit = 等待中：流量套餐已用完
held-battery = 正在等待接通电源
held-disk-space = 等待中：磁盘已满
status-chosen = 已选择 { $count } 项
status-free = 可用 { $size }
limit-none = 不限速
undo = 撤销
notice-removed = 已从列表中移除 { $count } 项。
notice-trashed = 已从列表中移除。已收到的文件会移至回收站。
notice-not-trashed = 无法将“{ $name }”移至回收站。它仍在原处。
remove-several-question = 移除 { $count } 项？
remove-several-loss = 它们尚未完成。已收到的部分（{ $amount }）将被删除。
restart-several-question = 重新开始 { $count } 项？

# 新建下载：在文本中找到的内容，以及下载条件
adding-unsupported = “{ $which }”：不支持以“{ $scheme }:”开头的网址。
adding-invalid = “{ $which }”不是完整的网址。
adding-too-many = “{ $which }”代表的文件过多，请缩小范围。
adding-too-long = 文本过长。
adding-sends = 此命令会向服务器发送内容，请在浏览器中完成。
adding-option = 此命令包含不支持的选项：{ $option }
adding-unfinished = 此命令不完整，请复制全部内容。
adding-relative = “{ $which }”只是网址的一部分。
adding-metalink = 无法读取此 Metalink。
adding-more-left-out = 另有 { $count } 项无法下载。
chosen-count = 已选 { $chosen } / { $count }
choose-all = 全选
choose-none = 全不选
link-there = 已在列表中
link-twice = 文本中重复
link-there-sentence = 此链接已在列表中。
show-it = 查看
get-again = 再次下载
probe-asking = 正在询问服务器…
probe-size-unknown = 大小未知
probe-resumable = 可续传
probe-not-resumable = 不可续传
probe-page = 此链接指向网页。
name-taken = 文件夹中已有同名文件。
group = 分组
group-placeholder = 无
group-wrong = 分组名称须为 1 到 100 个字符。
checksum = 校验和
checksum-wrong = 这不是校验和，格式应为 sha-256:9f86d0…
login-name = 登录名
login-name-missing = 填写密码时须填写登录名。
login-password = 密码
start-at = 开始时间
start-at-placeholder = 22:30 或 +2h30m
start-at-wrong = 这不是时间，格式应为 22:30 或 +2h30m。
speed-placeholder = 每秒 500K 或 2M
connections = 连接数
connections-placeholder = 自动
connections-wrong = 请输入 1 到 255 的数字。
priority = 优先级
said-to-all = 登录信息和标头会发送给上方列表中的每个服务器。

# 设置：分类、搜索与通用文字
settings-general = 常规
settings-transfers = 任务
settings-speed = 速度与时段
settings-data = 网络与流量
settings-desktop = 通知与桌面
settings-appearance = 外观
settings-advanced = 高级
settings-search = 搜索
settings-found = 搜索结果
settings-none-found = 没有与“{ $words }”相符的设置。
settings-refused = 未能保存：{ $reason }
setting-back = 恢复默认值
setting-fewer = 减少
setting-more = 增加
no-limit = 不限
weekday = { $day ->
    [1] 周一
    [2] 周二
    [3] 周三
    [4] 周四
    [5] 周五
    [6] 周六
   *[other] 周日
}

# 设置：各项
setting-download-folder = 下载文件夹
    .about = 未另行指定时，下载的文件保存在这里。
setting-language = 语言
    .about = 这个窗口和提示信息使用的语言。
    .system = 跟随系统
setting-max-running = 同时进行的任务数
    .about = 其余任务排队等候。
setting-max-per-host = 同一服务器同时进行的任务数
    .about = 有些服务器不允许太多任务。
    .none = 不限
setting-retries = 放弃前的尝试次数
    .about = 一个字节都没有收到时，连续尝试多少次。
setting-on-change = 服务器上的文件变更时
    .about = 如何处理已经开始的下载。
    .pause = 停下并询问
    .restart = 重新开始
setting-find-checksums = 查找校验和
    .about = 如果服务器提供校验和文件，就用它核对下载的内容。
setting-download-limit = 下载速度
    .about = 所有下载合计的上限。
setting-upload-limit = 上传速度
    .about = 所有上传合计的上限。
setting-speed-limit = 总速度
    .about = 下载和上传合计的上限。
setting-windows = 时段
    .about = 在这些时段使用其他限速，或暂停一切任务。时段重叠时，以最上面的为准。
setting-data-plan = 流量套餐
    .about = 在计费网络（例如手机网络）上可以使用的流量。
setting-data-plan-period = 套餐周期
    .about = 周期结束后重新计算。
    .day = 一天
    .week = 一周
    .month = 一个月
setting-data-plan-begins = 套餐起始日
    .about = 每周或每月从哪一天重新计算。
setting-keep-to-data-plan = 绝不超出套餐
    .about = 即使是允许产生费用的任务，也不会超出套餐。
setting-proxy = 代理
    .about = 所有连接都经过的服务器。登录信息请在任务中填写，不要写在这里。
    .system = 跟随系统
    .direct = 不使用
    .own = 指定
setting-notifications = 通知
    .about = 任务完成或失败时发出通知。
setting-inhibit-sleep = 保持唤醒
    .about = 有任务进行时，电脑不会自动睡眠。
setting-pause-on-battery = 使用电池时等待
    .about = 接通电源后，任务继续进行。
setting-pause-below-percent = 电量低时等待
    .about = 电池电量低于此值时，任务等待。
    .none = 从不
    .unit = %
setting-pause-in-power-saver = 省电时等待
    .about = 桌面处于省电模式时，任务等待。
setting-appearance = 样式
    .about = 浅色或深色。
    .system = 跟随系统
    .light = 浅色
    .dark = 深色
setting-contrast = 对比度
    .about = 界面各部分的鲜明程度。
    .system = 跟随系统
    .normal = 普通
    .high = 高
setting-accent = 颜色
    .about = 用于正在进行和下一步操作的颜色。
    .system = 跟随系统
    .own = 蓝色
setting-motion = 动画
    .about = 窗口中的内容是否会自行移动。
    .system = 跟随系统
    .full = 开启
    .reduced = 尽量减少
setting-text-scale = 整体大小
    .about = 也可以用 Ctrl 加加号或减号调整。
    .unit = %
setting-connect-timeout = 等待连接的时间
    .about = 服务器在这段时间内没有响应时，稍后再试。
    .unit = 秒
setting-silence-timeout = 等待数据的时间
    .about = 在这段时间内没有收到数据时，重新建立连接。
    .unit = 秒
setting-min-split = 最小分段
    .about = 每个连接至少有这么多内容时，才用多个连接下载同一个文件。
setting-hardware-acceleration = 使用显卡绘制
    .about = 下次启动时生效。如果窗口显示异常，请关闭。

# 设置：时段
window-add = 添加时段
window-edit = 编辑
window-earlier = 上移
window-done = 完成
window-days = 日期
window-hours = 起止时间
window-pace = 此时段内
window-rest = 不进行任务
window-limits = 使用其他限速
window-downloads = 下载
window-uploads = 上传
window-both = 合计
window-daily = 每天
window-and = { "、" }
window-when = { $days } { $hours }
window-rests = 不进行任务
window-limit-down = 下载不超过 { $speed }
window-limit-up = 上传不超过 { $speed }
window-limit-both = 合计不超过 { $speed }

# 设置：无法识别的值
wrong-number = 请填写 { $least } 到 { $most } 之间的整数。
wrong-speed = 请填写数字和单位，例如 500 kB/s 或 2.5 MB/s；留空则不限。
wrong-size = 请填写数字和单位，例如 500 MB 或 5 GB。
wrong-small = 请至少填写 { $least }。
wrong-proxy = 请按 http://proxy.example:3128 或 socks5h://localhost:1080 的格式填写。
wrong-login = 请不要填写用户名和密码：它们会以明文保存。
wrong-hours = 请按 22:00–06:00 的格式填写。

# 任务需要用户提供的内容
log-in = 登录
log-in-sentence = { $host } 需要登录。
new-link = 新链接
new-link-sentence = 链接已失效。请提供同一文件的另一个链接，任务将从当前位置继续。
new-link-wrong = 这不是网址。

# The panel of particulars
tab-overview = 概览
tab-segments = 分段
tab-speed = 速度
tab-attempts = 尝试
tab-answer = 应答
details-none = 选择一个传输，即可在此查看其全部信息。
copy = 复制
open-part = 边下载边打开
notice-no-beginning = “{ $name }”的开头还没有到。请稍后再试。
detail-connections = 连接
detail-group = 组
detail-priority = 优先级
detail-resumable = 暂停之后
resumable-yes = 从停下的地方继续
resumable-no = 从头开始；服务器不支持续传
bound-own-limit = 此传输的速度上限 { $speed } 使其保持这个速度。
bound-all-limit = 所有传输合计的速度上限 { $speed } 使其保持这个速度。
bound-limit = 速度上限使其保持这个速度。
bound-disk = 磁盘写入已到极限。
bound-connection = 服务器给 { $count } 个连接的速度都只有这么多，而且不能再增加连接。
bound-host = 服务器最多允许 { $count } 个连接。
bound-network = 网络已满；更多连接也不会更快。
bound-proxy = 代理的通路已满；更多连接也不会更快。
segments-none = 文件还没有任何内容到达。
segments-unknown = 已到达 { $size }。服务器没有说明文件有多长。
segments-upload = 文件从头到尾依次发送。
segments-confirmed = 服务器已确认收到 { $amount }。
segments-connections = { $count } 个连接
connection-range = { $from } – { $until }
connection-from = 从 { $from } 起
part-checked = 已存盘并核对
part-safe = 已存盘
part-arrived = 刚刚到达
part-coming = 连接
part-missing = 缺少
speed-now = 现在
speed-mean = 平均
speed-highest = 最高
speed-explained = 打开此页期间的最近几分钟。
speed-none = 此传输没有在进行。进行时会在这里画出速度。
speed-soon = 速度很快会画在这里。
attempts-none = 还没有尝试过。
attempts-before = 之前的 { $count } 条记录已不再保留。
attempt-completed = 全部到达，并且正确。
attempt-stopped = 在结束前停下。
attempt-took = 用时 { $time }
attempt-moved = 传输了 { $amount }
happened-restarted = 按要求从头开始。
happened-started-over = 从头开始：{ $why }
happened-paused = 被暂停。
happened-link = 换了另一个地址。
happened-network = 没有网络，等待网络恢复。
answer-way = 请求方式
answer-none = 没有保留服务器的应答。
resume-from = 从文件继续
notice-no-picker = 桌面没有提供选择对话框。可以用“windlass get --resume-data 文件”代替。
notice-not-resume-data = “{ $name }”不是续传数据，或者已损坏。
open-part-there = 打开已到达的部分

# 快捷键
main-menu = 菜单
shortcuts = 键盘快捷键
keys-search = 搜索快捷键
keys-none-found = 没有与“{ $words }”相关的快捷键。
keys-adding = 添加
keys-paste = 添加已复制的内容
keys-chosen = 所选任务
keys-toggle = 暂停或继续
keys-open = 打开文件或显示详情
keys-tabs = 详情的下一页或上一页
keys-queue = 在队列中上移或下移
keys-queue-ends = 移到队列的开头或末尾
keys-menu = 所有可用操作
keys-choosing = 选择任务
keys-rows = 上一个或下一个
keys-pages = 上一页或下一页
keys-ends = 第一个或最后一个
keys-through = 从那里到这里的全部
keys-besides = 再选一个，并保留其他的
keys-all-rows = 全部
keys-all = 所有任务
keys-limit = 打开或关闭限速
keys-window = 窗口
keys-places = 全部、进行中、已暂停、已完成、失败
keys-size = 整体放大或缩小
keys-usual-size = 恢复通常大小
keys-close = 关闭窗口，任务继续进行
keys-moving = 移动焦点
keys-next = 下一个或上一个按钮或输入框
keys-press = 按下按钮
keys-choices = 旁边的选项
keys-leave = 离开对话框、详情、搜索或选择
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = 空格
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = 菜单键

# 关于本程序
about = 关于 Windlass
about-version = 版本 { $version }
about-sentence = 一个下载和上传管理器，任务在任何情况下都不会丢失。
about-licence = 自由软件，可按 { $licence } 使用。
about-transfers = 任务
about-log = 日志
about-copy = 复制以便反馈问题
about-copied = 已复制
about-parts = 所用程序库
about-parts-sentence = 本程序包含以下程序库，各自适用其许可证。

# 传输总量
statistics = 统计
statistics-none = 还没有传输过内容。今后的下载和发送会在这里统计。
statistics-days = 最近 { $count } 天
statistics-down = 下载
statistics-up = 上传
statistics-completed = 完成
statistics-failed = 失败
statistics-today = 今天
statistics-week = 本周
statistics-month = 本月
statistics-since = 自 { $day } 起
statistics-day = { $day }：下载 { $down }，上传 { $up }

# 分组
groups = 分组
groups-none = 分组可将任务归在一起：逐个进行，并使用各自的限速或文件夹。
group-add = 添加分组
group-times = 时间段
group-new = 新分组
group-title = 分组“{ $name }”
group-name = 名称
group-order = 顺序
group-parallel = 同时进行
group-serial = 逐个进行
group-limit = 整组限速
group-folder = 该组的下载文件夹
group-folder-none = 默认下载文件夹
group-at-most = 最高 { $speed }
group-done = 已完成 { $done }/{ $all }
group-failed = { $count } 个失败
group-success = 全部完成后运行
group-failure = 有失败时运行
group-command = 程序及其参数
command-wrong = 这不是命令。每个引号都需要成对。
group-taken = 已有同名分组。
group-remove = 移除分组“{ $name }”？其中的任务会保留。
move-current = 移到分组最前
cost = 收费网络
cost-free = 等待免费网络
cost-default = 在流量套餐以内
cost-always = 照常使用

# 列表为空时
empty-paste = 粘贴链接，或任何包含链接的文字。
empty-drop = 把链接或文件拖到这个窗口。
empty-folder = 下载到 { $folder }
empty-change = 更改…
nothing-search-on = 清除搜索
nothing-show-all = 显示全部
nothing-active = 没有正在进行或等待的任务。
nothing-paused = 没有暂停的任务。
nothing-finished = 还没有完成的任务。
nothing-failed = 没有失败的任务。

# When all is done
when-done = 全部完成后…
when-nothing = 什么都不做
when-quit = 退出 Windlass
when-suspend = 挂起电脑
when-power-off = 关闭电脑
when-done-status = 全部完成后：{ $what }
when-quit-in = 全部已完成。Windlass 将在 { $seconds } 秒后退出。
when-suspend-in = 全部已完成。电脑将在 { $seconds } 秒后挂起。
when-power-off-in = 全部已完成。电脑将在 { $seconds } 秒后关闭。
when-failed = 全部已完成，但无法挂起或关闭电脑。

# Destinations and sites
destinations = 目的地
destinations-none = 目的地是文件去处的名称，连同登录信息和发送方式一起保存。
destination-add = 添加目的地
destination-new = 新的目的地
destination-import = 从 ShareX 导入…
destination-title = 目的地“{ $name }”
destination-taken = 已有同名的目的地。
destination-remove = 移除目的地“{ $name }”吗？已经发送的内容会保留。
destination-copies = 发送完成后复制链接
destination-link = 链接的位置
destination-link-wrong = 这样找不到链接。可以用 {"{"}json:PATH{"}"}、{"{"}header:NAME{"}"} 或 {"{"}response{"}"}。
destination-file-field = 文件所在字段的名称
sites = 站点
sites-none = 站点是已知的服务器：可以为来自那里或发往那里的所有传输设定登录信息、文件夹或限速。
site-add = 添加站点
site-new = 新站点
site-title = 站点 { $name }
site-taken = 这个地址已经是站点了。
site-remove = 移除站点 { $name } 吗？现有的传输保持不变。
site-url = 地址
site-url-about = 整个服务器，或其中的一个文件夹。
site-usual = 与设置相同
site-number = 请填写整数。
site-timeout = 等待服务器的秒数
site-proxy-about = 填写地址；不使用代理则填“direct”。
site-proxy-wrong = 应形如 http://proxy.example:3128 或 socks5h://localhost:1080，或填“direct”。
site-cookies = Cookie 文件
site-cookies-none = 无
has-login = 含登录信息
host-key = 服务器密钥
host-key-wrong = 这不是服务器的密钥。它形如 SHA256: 加上 43 个字符。
login-password-missing = 请同时填写密码；已保存的密码属于已保存的用户名。
secret-kept = 已保存
secret-stays = 两项都留空则继续使用已保存的内容。
secret-forget = 清除
secrets-kept = 保存在密钥环中
secrets-elsewhere = 已保存的登录信息只用于另一台服务器。请重新填写。
secrets-go = 其登录信息也会被清除。
import-no-picker = 桌面没有可用的选择对话框。“windlass destinations import FILE”可以做到同样的事。
import-not-one = “{ $name }”不是 ShareX 的自定义上传器。

# What is told when a transfer ends
telling = 通知
telling-usual = 照常
telling-words = 自定文字
telling-nothing = 无
telling-done = 顺利完成时的文字
telling-placeholder = 照片到了
telling-wrong = 请填写要通知的文字。

# Where a download finds no place, and a server that is not known
new-folder = 换一个文件夹…
notice-no-folder-picker = 这里没有可用的选择对话框。“windlass set ID folder=PATH”可以做到同样的事。
trust-server = 信任此服务器
trust-server-sentence = { $host } 出示的密钥在这里未知。请与服务器所有者给出的密钥核对：可能有人从中间拦截。
trust-server-yes = 对此服务器予以信任

# 输入框的菜单
field-cut = 剪切
field-paste = 粘贴
field-select-all = 全选

# Room in the window
keys-panel = 放大或缩小详细信息面板
text-scale-followed = 与桌面设置一致，目前为 { $percent }%。

# 与桌面的集成
setting-autostart = 登录时启动
    .about = 不打开窗口，任务自动继续。
autostart-reason = 登录后继续任务
job-title = 传输
notice-series = 已完成 { $done }/{ $all } 项
setting-recent-files = 最近使用的文件
    .about = 将完成的下载列入桌面的最近使用的文件。
