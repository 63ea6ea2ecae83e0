# Toolbar, tray, and what can be done with one transfer
add-download = 新增下載
add-upload = 新增上傳
pause-all = 全部暫停
resume-all = 全部繼續
clear-finished = 清除已完成項目
preferences = 偏好設定
pause = 暫停
resume = 繼續
cancel = 取消
restart = 重新開始
send-again = 重新傳送
remove = 移除
move-to-trash = 移至垃圾桶
open = 開啟
show-in-folder = 在資料夾中顯示
copy-link = 複製連結
details = 詳細資訊
close = 關閉
leave = 取消
back = 返回
dismiss = 關閉

# Main window
empty-title = 這裡還沒有項目
status-running = { $count } 項進行中
status-idle = 沒有進行中的傳輸
status-total = 共 { $count } 項傳輸
drop-hint = 放下連結即可下載，放下檔案即可上傳

# Where a transfer stands
state-queued = 排隊中
state-downloading = 下載中
state-uploading = 上傳中
state-verifying = 檢查中
state-completed = 已完成
state-cancelled = 已取消
state-skipped = 已略過：已有同名檔案
state-failed = 失敗
state-paused = 已暫停
state-waiting = 等待中
state-restart-needed = 已停止：再次傳送可能會重複
state-changed = 已停止：伺服器上的檔案已變更
state-needs-link = 已停止：連結已失效
state-needs-login = 已停止：需要登入
state-network = 等待網路中
state-metered = 等待不計費的網路
state-roaming = 等待中：目前網路為漫遊
state-data-limit = 等待中：數據方案的用量將不足
state-battery = 等待中：節省電池電力
state-retry = 將於 { $time } 重試
state-schedule = 將於 { $time } 開始
state-disk-space = 等待磁碟空間
state-answer = 已完成，伺服器回應 { $status }
leftover = 仍留在伺服器上
leftover-removing = 正在從伺服器移除

# Amounts
amount = { $number } { $unit }
amount-of = { $done } / { $total } { $unit }
speed = { $amount }/s
time-left = 剩餘 { $time }
time-seconds = { $s } 秒
time-minutes = { $m } 分鐘
time-minutes-seconds = { $m } 分 { $s } 秒
time-hours = { $h } 小時 { $m } 分
time-days = { $d } 天 { $h } 小時
separator = { " · " }

# Adding downloads
links = 連結
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] 每行一個連結。
   *[other] { $count } 個連結。
}
links-left-out = 有 { $count } 項不是網址，將略過：{ $which }
folder = 資料夾
file-name = 檔案名稱
file-name-placeholder = 使用伺服器提供的名稱
choose = 選擇…
start = 開始
no-picker = 目前的桌面環境沒有可用的選擇對話框，請直接輸入路徑。
path-not-whole = 請輸入以「/」開頭的完整路徑。
name-not-plain = 檔案名稱不能包含「/」。

# Adding uploads
files = 檔案
files-none = 尚未選擇檔案。
file-placeholder = /path/to/file
add-file = 新增
choose-files = 選擇檔案…
choose-folder = 選擇資料夾…
folder-tally = { $folders } 個資料夾中的 { $files } 個檔案，{ $size }
folder-left-out = { $count } 項不會傳送，第一項為 { $which }（{ $why ->
    [link-to-folder] 指向資料夾的連結
    [link-to-outside] 指向外部的連結
    [link-to-nothing] 失效的連結
    [no-file] 不是一般檔案
    [empty-folder] 空資料夾
   *[unreadable] 無法讀取
}）
address = 網址
address-placeholder = https://example.org/upload
more = 更多
less = 較少
way = 方式
way-auto = 自動
way-form = 表單
way-resumable = 可續傳 HTTP
way-hint = { $way ->
    [webdav] 檔案完整之後，名稱才會出現。
    [s3] 位於 https://server/bucket/name 的物件。請將兩組金鑰寫入網址：https://key:secret@server/…
    [resumable] 依照網頁標準草案，中斷後可以繼續。
    [google] Google 服務的工作階段；中斷後可以繼續。
    [post] 單次請求。傳送兩次可能會出現兩份。
    [put] 單次請求，將檔案存放到這個網址；若網址以「/」結尾，則存放在其中。重複傳送不會有問題。
    [form] 與瀏覽器的傳送方式相同。
    [tus] 中斷後可以繼續。
   *[auto] 會詢問伺服器最適合的方式。
}
fields = 欄位
fields-placeholder = 名稱=值，每行一個
field-wrong = 「{ $line }」不是欄位，格式應為「名稱=值」。
headers = 標頭
headers-placeholder = 名稱: 值，每行一個
header-wrong = 「{ $line }」不是標頭，格式應為「名稱: 值」。
destination = 目的地
destination-save = 儲存為目的地
destination-name = 名稱
destination-name-wrong = 目的地需要一個簡短的名稱，且不能是網址。
destination-kept = 已儲存。
save = 儲存
if-exists = 名稱已存在時
if-exists-fail = 保留原檔
if-exists-rename = 使用新名稱
if-exists-overwrite = 取代
if-exists-skip = 略過檔案
limit = 速度限制
limit-placeholder = 每秒 500K 或 2M；留空表示不限制
speed-wrong = 這不是速度，格式應為 500K 或 2M。
files-clash = 會有多個檔案存放到 { $address }。請使用以「/」結尾的資料夾網址，以及名稱不同的檔案。

# Questions
remove-question = 要移除「{ $name }」嗎？
remove-loss = 已收到的 { $amount } 將會刪除。
remove-loss-upload = 上傳會就此停止；已傳送的內容可能會留在伺服器上。
remove-loss-upload-begun = 上傳會就此停止；已傳送的內容會從伺服器移除。
restart-question = 要重新開始「{ $name }」嗎？
restart-loss = 已收到的 { $amount } 將會重新下載。
quit-question = 有 { $count } 項傳輸正在進行
quit-explained = 關閉此視窗後，傳輸仍可繼續。若結束程式，傳輸會暫停，並在下次啟動時繼續。
keep-running = 在背景繼續執行
pause-and-quit = 暫停並結束
quit = 結束

# Details
detail-address = 網址
detail-found-at = 實際網址
detail-destination = 目的地
detail-link = 連結
detail-file = 檔案
detail-added = 新增時間
detail-finished = 結束時間
detail-answer = 伺服器的回應
detail-checked = 檢查依據
checked-checksum = 總和檢查碼（{ $algorithm }）與長度
checked-etag = 伺服器的版本標記與長度
checked-length = 伺服器提供的長度
checked-none = 無；伺服器未提供長度或版本

# Messages
gone-title = 工作階段已結束
gone-explained = 傳輸已暫停並保留。再次啟動 Windlass 即可繼續。
problem-title = 無法啟動 Windlass
problem-locked = 另一個 Windlass 正在使用此設定檔。請結束它，或等它結束後再啟動。
problem-newer = 傳輸清單是由較新版本的 Windlass 寫入，已維持原樣。請使用較新的版本。
problem-unusable = 無法使用 { $path }：{ $reason }。請檢查其權限與磁碟。
notice-background = 視窗關閉期間，傳輸仍持續進行。
notice-cannot-open = 無法開啟「{ $name }」。
notice-restored = 傳輸清單已損壞，現在使用前一份清單；損壞的清單保留為 { $path }。
notice-settings = 無法讀取設定，已維持原樣：{ $path }

# Notifications and tray
notice-download-done = { $name } 已下載完成
notice-upload-done = { $name } 已上傳完成
notice-failed = { $name } 失敗：{ $reason }
notice-group-done = 「{ $name }」已全部完成
notice-group-failed = 「{ $name }」中有 { $count } 項傳輸失敗
notice-open = 開啟
notice-show = 在資料夾中顯示
awake-reason = 正在傳輸檔案
sleep-delay-reason = 正在儲存傳輸進度
tray-open = 開啟 Windlass
tray-idle = Windlass：沒有進行中的傳輸
tray-running = Windlass：{ $count } 項傳輸進行中

# What went wrong: what happened, and what can be done
error = { $what }。{ $advice }
error-about = { $what }（{ $about }）
error-join = { "、" }
error-status = HTTP { $status }
error-host-name-not-resolved = 找不到伺服器的名稱
    .advice = 請檢查網址與網路。
error-cannot-connect = 伺服器沒有回應
    .advice = 伺服器可能已停止運作，請稍後再試。
error-server-unreachable = 無法連線到伺服器
    .advice = 請檢查網路。
error-timeout = 伺服器回應逾時
    .advice = 請稍後再試。
error-connection-aborted = 連線已中斷
    .advice = 按「繼續」即可接著傳輸。
error-certificate-common-name-is-incorrect = 伺服器的憑證屬於另一個名稱
    .advice = 請檢查網址。
error-certificate-expired = 伺服器的憑證已過期
    .advice = 請檢查這部電腦的時間，或詢問網站擁有者。
error-certificate-revoked = 伺服器的憑證已被撤銷
    .advice = 請詢問網站擁有者。
error-certificate-is-invalid = 伺服器的憑證不受信任
    .advice = 請詢問網站擁有者。
error-host-key-not-trusted = 伺服器的金鑰不受信任
    .advice = 請向伺服器擁有者詢問正確的金鑰，並且只信任它。
error-redirect-failed = 伺服器不斷轉往其他網址
    .advice = 請檢查連結。
error-https-to-http-on-redirection = 伺服器從安全的網址轉往不安全的網址
    .advice = 若信任轉往的網址，請直接使用該網址。
error-error-http-invalid-server-response = 無法理解伺服器的回應
    .advice = 請稍後再試。
error-insufficient-range-support = 伺服器無法從中間繼續
    .advice = 請從頭重新開始。
error-secret-not-found = 找不到登入資訊
    .advice = 請解鎖鑰匙圈後繼續，或連同登入資訊重新新增。
error-unauthorized = 伺服器要求登入
    .advice = 請以使用者名稱與密碼登入。
error-forbidden = 伺服器拒絕存取
    .advice = 請檢查連結與登入資訊。
error-not-found = 伺服器上沒有這個檔案
    .advice = 請檢查連結。
error-proxy-authentication-required = 代理伺服器要求登入
    .advice = 請連同代理伺服器的使用者名稱與密碼重新新增。
error-proxy-unreachable = 代理伺服器沒有回應
    .advice = 請檢查代理伺服器設定與網路。
error-proxy-refused = 代理伺服器不允許此連線
    .advice = 請檢查代理伺服器設定，或詢問其管理者。
error-gone = 檔案已不存在
    .advice = 請尋找新的連結。
error-locked = 檔案正在伺服器上使用中
    .advice = 請稍後再試。
error-insufficient-storage = 伺服器已沒有空間
    .advice = 請在有空間後繼續。
error-request-entity-too-large = 檔案超過伺服器可接受的大小
    .advice = 請詢問伺服器可接受的大小。
error-requested-range-not-satisfiable = 伺服器上的資料比先前少
    .advice = 請從頭重新開始。
error-too-many-requests = 伺服器要求減少請求次數
    .advice = 請稍後再試。
error-unexpected-client-error = 伺服器拒絕此請求
    .advice = 請檢查網址。
error-internal-server-error = 伺服器發生問題
    .advice = 請稍後再試。
error-unexpected-status-code = 伺服器的回應不是檔案
    .advice = 請檢查連結。
error-operation-canceled = 已取消
    .advice = 按「重新開始」可再次進行。
error-invalid-proxy = 這不是代理伺服器的位址
    .advice = 格式應為 http://proxy.example:3128。
error-invalid-url = 這不是網址
    .advice = 格式應為 https://example.org/file。
error-unsupported-scheme = 不支援這種網址
    .advice = 請使用 http、https、ftp、ftps、ftpes 或 sftp。
error-truncated = 伺服器在檔案傳完前就結束了
    .advice = 按「繼續」可取得其餘部分。
error-changed = 伺服器上的檔案已經不同
    .advice = 重新開始即可取得新檔案。
error-checksum-mismatch = 檔案與總和檢查碼不符
    .advice = 請重新開始，或尋找其他來源。
error-disk-full = 磁碟已滿
    .advice = 請騰出空間，之後會自動繼續。
error-permission-denied = 沒有寫入此處的權限
    .advice = 請選擇其他資料夾。
error-read-only = 磁碟為唯讀
    .advice = 請選擇其他資料夾。
error-file-missing = 找不到檔案
    .advice = 請檢查檔案路徑。
error-file-changed = 檔案在此期間已變更
    .advice = 重新開始即可傳送目前的檔案。
error-file-exists = 名稱已被使用
    .advice = 請選擇其他名稱。
error-already-complete = 檔案已全部傳到伺服器
    .advice = 檔案會留在伺服器上；若不需要，請在伺服器上移除。
error-io = 磁碟回報錯誤
    .advice = 請檢查磁碟，然後繼續。
error-ftp = 伺服器拒絕此指令
    .advice = 請檢查網址。
error-result-unknown = 已全部傳送，但沒有收到回應
    .advice = 再次傳送前，請先查看伺服器。
error-not-resumable = 無法繼續
    .advice = 請從頭重新開始。

# The main screen: columns, places, menus.
column-name = 名稱
column-progress = 進度
column-size = 大小
column-speed = 速度
column-time-left = 剩餘時間
column-status = 狀態
column-added = 新增時間
column-priority = 優先順序
percent = { $number }%
number = { $number }
priority-high = 高
priority-normal = 一般
priority-low = 低
search = 搜尋
sidebar = 側邊欄
sidebar-groups = 群組
sidebar-destinations = 目的地
sidebar-files = 檔案
place-all = 全部
place-active = 進行中
place-paused = 已暫停
place-finished = 已完成
place-failed = 失敗
place-downloads = 下載
place-uploads = 上傳
place-pictures = 圖片
place-music = 音樂
place-videos = 影片
place-documents = 文件
place-archives = 壓縮檔
place-programs = 程式
nothing-found = 找不到「{ $words }」。
nothing-here = 這裡沒有項目。
copy-address = 複製連結
move-first = 移到最前
move-up = 上移
move-down = 下移
move-last = 移到最後
held-network = 等待網路中
held-metered = 等待中：目前網路會計費
held-roaming = 等待中：漫遊
held-data-limit = 等待中：數據方案的用量已用完
held-battery = 等待接上電源
held-disk-space = 等待中：磁碟已滿
status-chosen = 已選取 { $count } 項
status-free = 可用空間 { $size }
limit-none = 不限速
undo = 復原
notice-removed = 已從清單移除 { $count } 項傳輸。
notice-trashed = 已從清單移除。已收到的檔案會移至垃圾桶。
notice-not-trashed = 無法將「{ $name }」移至垃圾桶。它仍在原處。
remove-several-question = 要移除 { $count } 項傳輸嗎？
remove-several-loss = 這些傳輸尚未完成。已收到的部分（{ $amount }）將會刪除。
restart-several-question = 要重新開始 { $count } 項傳輸嗎？

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = 「{ $which }」：無法下載以「{ $scheme }:」開頭的網址。
adding-invalid = 「{ $which }」不是完整的網址。
adding-too-many = 「{ $which }」代表的檔案過多，請縮小範圍。
adding-too-long = 這段文字太長。
adding-sends = 這個指令會傳送內容給伺服器，請改由瀏覽器進行。
adding-option = 這個指令包含不支援的選項：{ $option }
adding-unfinished = 這個指令不完整，請複製全部內容。
adding-relative = 「{ $which }」只是網址的一部分。
adding-metalink = 無法讀取此 Metalink。
adding-more-left-out = 另有 { $count } 項無法下載。
chosen-count = 已選擇 { $chosen } / { $count }
choose-all = 全選
choose-none = 全不選
link-there = 已在清單中
link-twice = 在文字中重複
link-there-sentence = 這個連結已在清單中。
show-it = 顯示
get-again = 再次下載
probe-asking = 正在詢問伺服器…
probe-size-unknown = 大小不明
probe-resumable = 可續傳
probe-not-resumable = 不可續傳
probe-page = 這個連結指向網頁。
name-taken = 資料夾中已有同名檔案。
group = 群組
group-placeholder = 無
group-wrong = 群組需要一個名稱，最多 100 個字元。
checksum = 總和檢查碼
checksum-wrong = 這不是總和檢查碼，格式應為 sha-256:9f86d0…
login-name = 登入名稱
login-name-missing = 使用密碼時需要登入名稱。
login-password = 密碼
start-at = 開始時間
start-at-placeholder = 22:30 或 +2h30m
start-at-wrong = 這不是時間，格式應為 22:30 或 +2h30m。
speed-placeholder = 每秒 500K 或 2M
connections = 連線數
connections-placeholder = 自動決定
connections-wrong = 請輸入 1 到 255 的數字。
priority = 優先順序
said-to-all = 登入資訊與標頭會傳送給上方清單中的每部伺服器。

# Settings: sections, search, and what all of them have
settings-general = 一般
settings-transfers = 傳輸
settings-speed = 速度與時段
settings-data = 網路與數據
settings-desktop = 通知與桌面
settings-appearance = 外觀
settings-advanced = 進階
settings-search = 搜尋
settings-found = 搜尋結果
settings-none-found = 沒有符合「{ $words }」的設定。
settings-refused = 未能儲存：{ $reason }
setting-back = 還原為預設值
setting-fewer = 減少
setting-more = 增加
no-limit = 不限制
weekday = { $day ->
    [1] 週一
    [2] 週二
    [3] 週三
    [4] 週四
    [5] 週五
    [6] 週六
   *[other] 週日
}

# Settings: each of them
setting-download-folder = 下載資料夾
    .about = 未另外指定時，下載的檔案會存放在這裡。
setting-language = 語言
    .about = 此視窗與訊息使用的語言。
    .system = 依照系統
setting-max-running = 同時進行的傳輸數
    .about = 其餘傳輸會排隊等候。
setting-max-per-host = 同一伺服器同時進行的傳輸數
    .about = 有些伺服器只允許少量傳輸。
    .none = 不限制
setting-retries = 放棄前的嘗試次數
    .about = 完全沒有收到資料時，連續重試傳輸的次數。
setting-on-change = 伺服器上的檔案變更時
    .about = 如何處理已經開始的下載。
    .pause = 停止並詢問
    .restart = 重新開始
setting-find-checksums = 尋找總和檢查碼
    .about = 若伺服器在下載檔案旁提供總和檢查碼檔案，就用它檢查下載內容。
setting-download-limit = 下載速度
    .about = 所有下載合計的上限。
setting-upload-limit = 上傳速度
    .about = 所有上傳合計的上限。
setting-speed-limit = 總速度
    .about = 下載與上傳合計的上限。
setting-windows = 時段
    .about = 在這些時段套用其他限制，或不進行傳輸。時段重疊時，以最上方的為準。
setting-data-plan = 數據方案
    .about = 可透過計費網路（例如手機網路）傳輸的用量。
setting-data-plan-period = 方案週期
    .about = 週期結束後重新計算。
    .day = 一天
    .week = 一週
    .month = 一個月
setting-data-plan-begins = 方案起始日
    .about = 每週或每月從哪一天重新計算。
setting-keep-to-data-plan = 絕不超出方案
    .about = 任何傳輸都不會超出方案，即使是允許產生費用的傳輸。
setting-proxy = 代理伺服器
    .about = 所有連線都會經過的伺服器。其登入資訊請在各項傳輸中填寫。
    .system = 依照系統
    .direct = 無
    .own = 自訂
setting-notifications = 通知
    .about = 傳輸完成或失敗時通知。
setting-inhibit-sleep = 讓電腦保持喚醒
    .about = 傳輸進行時，電腦不會自動進入睡眠。
setting-pause-on-battery = 使用電池時等待
    .about = 電腦重新接上電源後，傳輸會繼續。
setting-pause-below-percent = 電量不足時等待
    .about = 電池電量低於此數值時，傳輸會等待。
    .none = 永不
    .unit = %
setting-pause-in-power-saver = 省電時等待
    .about = 桌面設為省電模式時，傳輸會等待。
setting-appearance = 樣式
    .about = 淺色或深色。
    .system = 依照系統
    .light = 淺色
    .dark = 深色
setting-contrast = 對比
    .about = 畫面各部分的鮮明程度。
    .system = 依照系統
    .normal = 一般
    .high = 高
setting-accent = 色彩
    .about = 用於進行中項目與下一步操作的色彩。
    .system = 依照系統
    .own = 藍色
setting-motion = 動畫
    .about = 視窗中的內容是否會自行移動。
    .system = 依照系統
    .full = 是
    .reduced = 盡量減少
setting-text-scale = 整體大小
    .about = 也可以用 Ctrl 加上加號或減號調整。
    .unit = %
setting-connect-timeout = 等待連線的時間
    .about = 伺服器超過這段時間沒有回應時，稍後再試。
    .unit = 秒
setting-silence-timeout = 等待資料的時間
    .about = 超過這段時間沒有收到資料時，重新建立連線。
    .unit = 秒
setting-min-split = 最小分段
    .about = 每條連線至少有這麼多內容時，才會用多條連線下載同一個檔案。
setting-hardware-acceleration = 使用顯示卡繪製
    .about = 下次啟動時生效。若視窗顯示不正常，請關閉此選項。

# Settings: times of the day
window-add = 新增時段
window-edit = 編輯
window-earlier = 上移
window-done = 完成
window-days = 星期
window-hours = 起訖時間
window-pace = 此時段的規則
window-rest = 不進行傳輸
window-limits = 其他限制
window-downloads = 下載
window-uploads = 上傳
window-both = 合計
window-daily = 每天
window-and = { "、" }
window-when = { $days } { $hours }
window-rests = 不進行傳輸
window-limit-down = 下載最高 { $speed }
window-limit-up = 上傳最高 { $speed }
window-limit-both = 合計最高 { $speed }

# Settings: what is no value
wrong-number = 請輸入 { $least } 到 { $most } 的整數。
wrong-speed = 請輸入數字與單位，例如 500 kB/s 或 2.5 MB/s。留空表示不限制。
wrong-size = 請輸入數字與單位，例如 500 MB 或 5 GB。
wrong-small = 不得小於 { $least }。
wrong-proxy = 格式應為 http://proxy.example:3128 或 socks5h://localhost:1080。
wrong-login = 請勿包含使用者名稱與密碼：它們會以任何人都能讀取的形式儲存。
wrong-hours = 格式應為 22:00–06:00。

# What a transfer needs from somebody
log-in = 登入
log-in-sentence = { $host } 要求登入。
new-link = 新連結
new-link-sentence = 連結已失效。請提供同一檔案的另一個連結，傳輸會從目前的進度繼續。
new-link-wrong = 這不是網址。

# The panel of particulars
tab-overview = 概觀
tab-segments = 分段
tab-speed = 速度
tab-attempts = 嘗試紀錄
tab-answer = 回應
details-none = 選擇一項傳輸，即可在此查看其所有資訊。
copy = 複製
open-part = 邊下載邊開啟
notice-no-beginning = 尚未收到「{ $name }」的開頭，請稍候再試。
detail-connections = 連線數
detail-group = 群組
detail-priority = 優先順序
detail-resumable = 暫停後
resumable-yes = 從停下的地方繼續
resumable-no = 從頭重新開始；伺服器無法續傳
bound-own-limit = 受此傳輸的速度限制（{ $speed }）影響，速度無法再提高。
bound-all-limit = 受所有傳輸合計的速度限制（{ $speed }）影響，速度無法再提高。
bound-limit = 受速度限制影響，速度無法再提高。
bound-disk = 磁碟的寫入速度已達上限。
bound-connection = 伺服器給每條連線的速度僅止於此，且最多只能使用 { $count } 條連線。
bound-host = 伺服器最多只接受 { $count } 條連線。
bound-network = 網路已滿載，增加連線也不會更快。
bound-proxy = 經由代理伺服器的線路已滿載，增加連線也不會更快。
segments-none = 尚未收到檔案的任何內容。
segments-unknown = 已收到 { $size }。伺服器沒有說明檔案的長度。
segments-upload = 檔案會從頭到尾依序傳送。
segments-confirmed = 伺服器確認已收到 { $amount }。
segments-connections = { $count } 條連線
connection-range = { $from } – { $until }
connection-from = 從 { $from } 起
part-checked = 已寫入磁碟並檢查
part-safe = 已寫入磁碟
part-arrived = 剛收到
part-coming = 接收中
part-missing = 尚未收到
speed-now = 目前
speed-mean = 平均
speed-highest = 最高
speed-explained = 開啟此頁期間的最近幾分鐘。
speed-none = 此傳輸未在進行。進行時，速度會繪製在這裡。
speed-soon = 速度稍後就會繪製在這裡。
attempts-none = 尚未嘗試過。
attempts-before = 更早的 { $count } 筆紀錄已不再保留。
attempt-completed = 已全部傳完，且內容正確。
attempt-stopped = 在完成前停止。
attempt-took = 耗時 { $time }
attempt-moved = 傳輸了 { $amount }
happened-restarted = 依使用者要求重新開始。
happened-started-over = 重新開始：{ $why }
happened-paused = 由使用者暫停。
happened-link = 已換成另一個網址。
happened-network = 沒有網路，因此等待網路恢復。
answer-way = 請求方式
answer-none = 沒有保留伺服器的回應。
resume-from = 從檔案繼續
notice-no-picker = 目前的桌面環境沒有可用的選擇對話框。可改用「windlass get --resume-data 檔案」，效果相同。
notice-not-resume-data = 「{ $name }」不是續傳資料，或已損壞。
open-part-there = 開啟已收到的部分

# Keys
main-menu = 選單
shortcuts = 鍵盤快速鍵
keys-search = 搜尋快速鍵
keys-none-found = 沒有符合「{ $words }」的快速鍵。
keys-adding = 新增
keys-paste = 新增已複製的內容
keys-chosen = 已選取的傳輸
keys-toggle = 暫停或繼續
keys-open = 開啟檔案，或顯示詳細資訊
keys-tabs = 詳細資訊的下一頁或上一頁
keys-queue = 在佇列中上移或下移
keys-queue-ends = 移到佇列的最前或最後
keys-menu = 所有可用的操作
keys-choosing = 選取傳輸
keys-rows = 上一項或下一項
keys-pages = 上移或下移一頁
keys-ends = 第一項或最後一項
keys-through = 從起點到此處的所有項目
keys-besides = 加選一項，並保留其他項目
keys-all-rows = 全部
keys-all = 所有傳輸
keys-limit = 開啟或關閉速度限制
keys-window = 視窗
keys-places = 全部、進行中、已暫停、已完成、失敗
keys-size = 整體放大或縮小
keys-usual-size = 整體恢復一般大小
keys-close = 關閉視窗；傳輸會繼續
keys-moving = 移動焦點
keys-next = 下一個或上一個按鈕或欄位
keys-press = 按下按鈕
keys-choices = 旁邊的選項
keys-leave = 離開對話框、詳細資訊、搜尋或選取
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = 空白鍵
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = 選單鍵

# What this program is
about = 關於 Windlass
about-version = 版本 { $version }
about-sentence = 下載與上傳管理程式，無論發生什麼狀況，傳輸都不會遺失。
about-licence = 自由軟體，可依 { $licence } 授權條款使用。
about-transfers = 傳輸
about-log = 紀錄檔
about-copy = 複製以供回報
about-copied = 已複製
about-parts = 函式庫
about-parts-sentence = 這些函式庫是本程式的一部分，各自適用其授權條款。

# How much was moved
statistics = 統計
statistics-none = 尚未傳輸任何內容。之後的下載與上傳會在這裡統計。
statistics-days = 最近 { $count } 天
statistics-down = 下載
statistics-up = 上傳
statistics-completed = 完成
statistics-failed = 失敗
statistics-today = 今天
statistics-week = 本週
statistics-month = 本月
statistics-since = 自 { $day } 起
statistics-day = { $day }：下載 { $down }，上傳 { $up }

# Groups
groups = 群組
groups-none = 群組可將傳輸集中在一起：逐一進行，或使用專屬的速度限制或資料夾。
group-add = 新增群組
group-times = 時段
group-new = 新群組
group-title = 群組「{ $name }」
group-name = 名稱
group-order = 順序
group-parallel = 同時進行
group-serial = 逐一進行
group-limit = 整個群組的速度限制
group-folder = 群組的下載資料夾
group-folder-none = 預設的下載資料夾
group-at-most = 最高 { $speed }
group-done = 已完成 { $done } / { $all }
group-failed = { $count } 項失敗
group-success = 全部完成後執行
group-failure = 有項目失敗時執行
group-command = 程式及其參數
command-wrong = 這不是指令，每個引號都必須成對。
group-taken = 已有同名群組。
group-remove = 要移除群組「{ $name }」嗎？其中的傳輸會保留。
move-current = 移到群組最前
cost = 計費網路
cost-free = 等待不計費的網路
cost-default = 在數據方案的用量內
cost-always = 照常使用

# Where nothing is listed
empty-paste = 貼上連結，或任何含有連結的文字。
empty-drop = 將連結或檔案拖放到此視窗。
empty-folder = 下載位置：{ $folder }
empty-change = 變更…
nothing-search-on = 清除搜尋
nothing-show-all = 全部顯示
nothing-active = 沒有進行中或等待中的傳輸。
nothing-paused = 沒有已暫停的傳輸。
nothing-finished = 還沒有已完成的傳輸。
nothing-failed = 沒有失敗的傳輸。

# When all is done
when-done = 全部完成後…
when-nothing = 不執行任何動作
when-quit = 結束 Windlass
when-suspend = 讓電腦進入睡眠
when-power-off = 將電腦關機
when-done-status = 全部完成後：{ $what }
when-quit-in = 已全部完成。Windlass 將在 { $seconds } 秒後結束。
when-suspend-in = 已全部完成。電腦將在 { $seconds } 秒後進入睡眠。
when-power-off-in = 已全部完成。電腦將在 { $seconds } 秒後關機。
when-failed = 已全部完成，但無法讓電腦進入睡眠或關機。

# Destinations and sites
destinations = 目的地
destinations-none = 目的地是為檔案的傳送位置所取的名稱，並包含登入資訊與傳送方式。
destination-add = 新增目的地
destination-new = 新目的地
destination-import = 從 ShareX 匯入…
destination-title = 目的地「{ $name }」
destination-taken = 已有同名目的地。
destination-remove = 要移除目的地「{ $name }」嗎？已傳送到那裡的內容會保留。
destination-copies = 檔案傳送完成後複製連結
destination-link = 連結的所在位置
destination-link-wrong = 這樣找不到連結。可以使用 {"{"}json:路徑{"}"}、{"{"}header:名稱{"}"} 或 {"{"}response{"}"}。
destination-file-field = 檔案欄位的名稱
sites = 站台
sites-none = 站台是已設定相關資訊的伺服器，例如登入資訊、資料夾或限制，適用於與該伺服器之間的所有傳輸。
site-add = 新增站台
site-new = 新站台
site-title = 站台 { $name }
site-taken = 已有使用這個網址的站台。
site-remove = 要移除站台 { $name } 嗎？現有的傳輸會維持原樣。
site-url = 網址
site-url-about = 整部伺服器，或其中的資料夾。
site-usual = 依照設定
site-number = 請輸入整數。
site-timeout = 等待伺服器的秒數
site-proxy-about = 請輸入位址；若不使用，請輸入「direct」。
site-proxy-wrong = 格式應為 http://proxy.example:3128 或 socks5h://localhost:1080，或輸入「direct」。
site-cookies = Cookie 檔案
site-cookies-none = 無
has-login = 含登入資訊
host-key = 伺服器的金鑰
host-key-wrong = 這不是伺服器的金鑰，格式應為 SHA256: 加上 43 個字元。
login-password-missing = 請一併輸入密碼；已儲存的密碼屬於已儲存的登入名稱。
secret-kept = 已儲存
secret-stays = 兩者都留空，即可沿用已儲存的資訊。
secret-forget = 清除已儲存的資訊
secrets-kept = 已儲存在鑰匙圈
secrets-elsewhere = 已儲存的登入資訊僅適用於原本的伺服器，請重新輸入。
secrets-go = 其登入資訊也會一併清除。
import-no-picker = 目前的桌面環境沒有可用的選擇對話框。可改用「windlass destinations import 檔案」，效果相同。
import-not-one = 「{ $name }」不是 ShareX 的自訂上傳程式。

# What is told when a transfer ends
telling = 通知
telling-usual = 照常
telling-words = 自訂文字
telling-nothing = 無
telling-done = 順利完成時的通知文字
telling-placeholder = 照片到了
telling-wrong = 請輸入通知文字。

# Where a download finds no place, and a server that is not known
new-folder = 其他資料夾…
notice-no-folder-picker = 這裡沒有可用的選擇對話框。可改用「windlass set ID folder=路徑」，效果相同。
trust-server = 信任此伺服器
trust-server-sentence = { $host } 提供的金鑰在此尚無紀錄。請與伺服器擁有者提供的金鑰核對：連線可能遭人從中攔截。
trust-server-yes = 信任此伺服器使用這個金鑰

# The menu of a field
field-cut = 剪下
field-paste = 貼上
field-select-all = 全選

# Room in the window
keys-panel = 放大或縮小詳細資訊面板
text-scale-followed = 與桌面設定一致，目前為 { $percent }%。

# At home on the desktop
setting-autostart = 登入時啟動
    .about = 不開啟視窗，傳輸會自動繼續。
autostart-reason = 登入後繼續傳輸
job-title = 傳輸
notice-series = 已完成 { $done }/{ $all } 項
setting-recent-files = 最近使用的檔案
    .about = 將完成的下載列入桌面的最近使用檔案。
