# ツールバー、トレイ、個々の転送の操作
add-download = ダウンロードを追加
add-upload = アップロードを追加
pause-all = すべて一時停止
resume-all = すべて再開
clear-finished = 完了したものを消去
preferences = 設定
pause = 一時停止
resume = 再開
cancel = 中止
restart = 最初からやり直す
send-again = もう一度送る
remove = 一覧から削除
move-to-trash = ゴミ箱に移動
open = 開く
show-in-folder = フォルダーで表示
copy-link = リンクをコピー
details = 詳細
close = 閉じる
leave = キャンセル
back = 戻る
dismiss = 閉じる

# メイン画面
empty-title = まだ何もありません
status-running = { $count } 件を実行中
status-idle = 実行中の転送はありません
status-total = 全 { $count } 件
drop-hint = リンクをドロップするとダウンロード、ファイルならアップロードします

# 転送の状態
state-queued = 順番待ち
state-downloading = ダウンロード中
state-uploading = アップロード中
state-verifying = 確認中
state-completed = 完了
state-cancelled = 中止しました
state-skipped = スキップしました：同じ名前のファイルがあります
state-failed = 失敗
state-paused = 一時停止中
state-waiting = 待機中
state-restart-needed = 停止：もう一度送ると二重になるおそれがあります
state-changed = 停止：サーバー上のファイルが変わりました
state-needs-link = 停止：リンクが無効になりました
state-needs-login = 停止：ログインが必要です
state-network = ネットワークを待っています
state-metered = 無料のネットワークを待っています
state-roaming = ローミング中のため待機しています
state-data-limit = データ通信量の上限のため待機しています
state-battery = バッテリー節約のため待機しています
state-retry = { $time } に再試行します
state-schedule = { $time } に開始します
state-disk-space = ディスクの空きを待っています
state-answer = 完了、サーバーの応答 { $status }
leftover = サーバーに残っています
leftover-removing = サーバーから削除しています

# 量
amount = { $number } { $unit }
amount-of = { $done } / { $total } { $unit }
speed = { $amount }/秒
time-left = 残り { $time }
time-seconds = { $s } 秒
time-minutes = { $m } 分
time-minutes-seconds = { $m } 分 { $s } 秒
time-hours = { $h } 時間 { $m } 分
time-days = { $d } 日 { $h } 時間
separator = { " · " }

# ダウンロードの追加
links = リンク
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] 1 行に 1 つずつ入力してください。
   *[other] リンク { $count } 件。
}
links-left-out = { $count ->
   *[other] アドレスではないため除外されます：{ $which }
}
folder = 保存先フォルダー
file-name = ファイル名
file-name-placeholder = サーバーの付けた名前
choose = 選択…
start = 開始
no-picker = このデスクトップには選択ダイアログがありません。パスを入力してください。
path-not-whole = 「/」で始まる完全なパスを入力してください。
name-not-plain = ファイル名に「/」は使えません。

# アップロードの追加
files = ファイル
files-none = ファイルが選ばれていません。
file-placeholder = /path/to/file
add-file = 追加
choose-files = ファイルを選択…
choose-folder = フォルダーを選択…
folder-tally = { $files } 個のファイル、{ $folders } 個のフォルダー、{ $size }
folder-left-out = { $count } 件は送信しません。最初は { $which }（{ $why ->
    [link-to-folder] フォルダーへのリンク
    [link-to-outside] フォルダー外へのリンク
    [link-to-nothing] リンク切れ
    [no-file] 通常のファイルではない
    [empty-folder] 空のフォルダー
   *[unreadable] 読み取れない
}）
address = アドレス
address-placeholder = https://example.org/upload
more = 詳細
less = 閉じる
way = 送り方
way-auto = 自動
way-form = フォーム
way-resumable = 再開可能な HTTP
way-hint = { $way ->
    [webdav] ファイルがそろってから名前が付きます。
    [s3] https://サーバー/バケット/名前 のオブジェクトです。2 つのキーはアドレスに書きます: https://キー:シークレット@サーバー/…
    [resumable] 標準案のとおり、途切れても続きから送ります。
    [google] Google のサービスのセッションです。途切れても続きから送ります。
    [post] 1 回のリクエストで送ります。2 回送ると 2 つになるおそれがあります。
    [put] 1 回のリクエストで、このアドレスそのものに、「/」で終わる場合はその中に保存します。繰り返し送っても問題ありません。
    [form] ブラウザーと同じように送ります。
    [tus] 途切れても続きから送ります。
   *[auto] サーバーに最適な方法を問い合わせます。
}
fields = 項目
fields-placeholder = 名前=値（1 行に 1 つ）
field-wrong = 「{ $line }」は項目ではありません。「名前=値」の形で入力してください。
headers = ヘッダー
headers-placeholder = 名前: 値（1 行に 1 つ）
header-wrong = 「{ $line }」はヘッダーではありません。「名前: 値」の形で入力してください。
destination = 送信先
destination-save = 送信先として保存
destination-name = 名前
destination-name-wrong = 送信先には、アドレスではない短い名前が必要です。
destination-kept = 保存しました。
save = 保存
if-exists = 同じ名前があるとき
if-exists-fail = そのままにする
if-exists-rename = 別の名前にする
if-exists-overwrite = 置き換える
if-exists-skip = スキップする
limit = 速度制限
limit-placeholder = 毎秒 500K や 2M など（空欄なら制限なし）
speed-wrong = 速度ではありません。500K や 2M のように入力してください。
files-clash = 複数のファイルが { $address } に保存されてしまいます。「/」で終わるフォルダーのアドレスと、名前の異なるファイルを指定してください。

# 確認
remove-question = 「{ $name }」を削除しますか？
remove-loss = 受信済みの { $amount } は失われます。
remove-loss-upload = ここで停止します。送信済みの分はサーバーに残ることがあります。
remove-loss-upload-begun = ここで停止します。送信済みの分はサーバーから削除されます。
restart-question = 「{ $name }」を最初からやり直しますか？
restart-loss = 受信済みの { $amount } は、もう一度ダウンロードされます。
quit-question = { $count } 件の転送が実行中です
quit-explained = ウィンドウを閉じても転送は続けられます。終了すると一時停止し、次回の起動時に再開します。
keep-running = バックグラウンドで続ける
pause-and-quit = 一時停止して終了
quit = 終了

# 詳細
detail-address = アドレス
detail-found-at = 実際のアドレス
detail-destination = 送信先
detail-link = リンク
detail-file = ファイル
detail-added = 追加日時
detail-finished = 終了日時
detail-answer = サーバーの応答
detail-checked = 検証方法
checked-checksum = チェックサム（{ $algorithm }）とファイルの長さ
checked-etag = サーバーの版の印とファイルの長さ
checked-length = サーバーが示したファイルの長さ
checked-none = なし（サーバーが長さも版も示しませんでした）

# メッセージ
gone-title = セッションが終了しました
gone-explained = 転送は一時停止して保存されています。Windlass をもう一度起動すると再開できます。
problem-title = Windlass を起動できません
problem-locked = 別の Windlass がこのプロファイルを使っています。終了してから、もう一度起動してください。
problem-newer = 転送の一覧は新しいバージョンの Windlass で書かれており、そのまま残してあります。新しいバージョンを使ってください。
problem-unusable = { $path } を使用できません：{ $reason }。アクセス権とディスクを確認してください。
notice-background = ウィンドウを閉じている間も転送は続いていました。
notice-cannot-open = 「{ $name }」を開けませんでした。
notice-restored = 転送の一覧が壊れていたため、ひとつ前のものを使います。壊れたファイルは { $path } に残してあります。
notice-settings = 設定を読み込めませんでした。ファイルはそのままです：{ $path }

# 通知とトレイ
notice-download-done = { $name } のダウンロードが完了しました
notice-upload-done = { $name } のアップロードが完了しました
notice-failed = { $name } は失敗しました：{ $reason }
notice-group-done = 「{ $name }」はすべて完了しました
notice-group-failed = 「{ $name }」の { $count } 件が失敗しました
notice-open = 開く
notice-show = フォルダーで表示
awake-reason = ファイルを転送しています
sleep-delay-reason = 転送の進み具合を保存しています
tray-open = Windlass を開く
tray-idle = Windlass：実行中の転送はありません
tray-running = Windlass：{ $count } 件の転送を実行中

# 何が起きたか、何ができるか
error = { $what }。{ $advice }
error-about = { $what }（{ $about }）
error-join = {"、"}
error-status = HTTP { $status }
error-host-name-not-resolved = サーバーの名前が見つかりません
    .advice = アドレスとネットワークを確認してください。
error-cannot-connect = サーバーが応答しません
    .advice = 停止している可能性があります。後でもう一度お試しください。
error-server-unreachable = サーバーに到達できません
    .advice = ネットワークを確認してください。
error-timeout = サーバーの応答に時間がかかりすぎました
    .advice = 後でもう一度お試しください。
error-connection-aborted = 接続が切れました
    .advice = 「再開」で続きから転送できます。
error-certificate-common-name-is-incorrect = サーバーの証明書は別の名前のものです
    .advice = アドレスを確認してください。
error-certificate-expired = サーバーの証明書の期限が切れています
    .advice = このコンピューターの時計を確認するか、サイトの管理者に問い合わせてください。
error-certificate-revoked = サーバーの証明書は失効しています
    .advice = サイトの管理者に問い合わせてください。
error-certificate-is-invalid = サーバーの証明書は信頼されていません
    .advice = サイトの管理者に問い合わせてください。
error-host-key-not-trusted = サーバーの鍵は信頼されていません
    .advice = 正しい鍵をサーバーの管理者に確かめ、その鍵だけを信頼してください。
error-redirect-failed = サーバーが転送を際限なく繰り返しています
    .advice = リンクを確認してください。
error-https-to-http-on-redirection = サーバーが安全なアドレスから安全でないアドレスへ誘導しています
    .advice = 信頼できる場合は、誘導先のアドレスを直接使ってください。
error-error-http-invalid-server-response = サーバーの応答を理解できません
    .advice = 後でもう一度お試しください。
error-insufficient-range-support = サーバーが途中からの転送に対応していません
    .advice = 最初からやり直してください。
error-secret-not-found = ログイン情報が見つかりません
    .advice = キーリングのロックを解除して再開するか、ログイン情報を付けて追加し直してください。
error-unauthorized = サーバーがログインを求めています
    .advice = 名前とパスワードでログインしてください。
error-forbidden = サーバーがアクセスを拒否しました
    .advice = リンクとログイン情報を確認してください。
error-not-found = サーバーにそのファイルはありません
    .advice = リンクを確認してください。
error-proxy-authentication-required = プロキシがログインを求めています
    .advice = プロキシの名前とパスワードを付けて追加し直してください。
error-proxy-unreachable = プロキシが応答しません
    .advice = プロキシの設定とネットワークを確認してください。
error-proxy-refused = プロキシが通信を許可しません
    .advice = プロキシの設定を確認するか、管理者に問い合わせてください。
error-gone = ファイルはもうありません
    .advice = 新しいリンクを探してください。
error-locked = サーバー上でファイルが使用中です
    .advice = しばらくしてからもう一度お試しください。
error-insufficient-storage = サーバーに空き容量がありません
    .advice = 空きができたら再開してください。
error-request-entity-too-large = ファイルが大きすぎてサーバーが受け付けません
    .advice = 受け付けるサイズを確認してください。
error-requested-range-not-satisfiable = サーバー上のデータが以前より少なくなっています
    .advice = 最初からやり直してください。
error-too-many-requests = サーバーがリクエストを減らすよう求めています
    .advice = 後でもう一度お試しください。
error-unexpected-client-error = サーバーがリクエストを拒否しました
    .advice = アドレスを確認してください。
error-internal-server-error = サーバーで問題が起きています
    .advice = 後でもう一度お試しください。
error-unexpected-status-code = サーバーの応答はファイルではありません
    .advice = リンクを確認してください。
error-operation-canceled = 中止しました
    .advice = もう一度行うには最初からやり直してください。
error-invalid-proxy = プロキシのアドレスではありません
    .advice = http://proxy.example:3128 のような形で入力してください。
error-invalid-url = アドレスではありません
    .advice = https://example.org/file のような形で入力してください。
error-unsupported-scheme = この種類のアドレスには対応していません
    .advice = http、https、ftp、ftps、ftpes、sftp のいずれかを使ってください。
error-truncated = ファイルの途中でサーバーが送信を終えました
    .advice = 「再開」で残りを受信できます。
error-changed = サーバー上のファイルが別のものになりました
    .advice = 最初からやり直すと新しいファイルを受信します。
error-checksum-mismatch = ファイルがチェックサムと一致しません
    .advice = 最初からやり直すか、別の入手先を探してください。
error-disk-full = ディスクがいっぱいです
    .advice = 空きができると自動的に続きます。
error-permission-denied = そこに書き込む権限がありません
    .advice = 別のフォルダーを選んでください。
error-read-only = ディスクが読み取り専用です
    .advice = 別のフォルダーを選んでください。
error-file-missing = ファイルが見つかりません
    .advice = パスを確認してください。
error-file-changed = ファイルが途中で変わりました
    .advice = 最初からやり直すと今の内容を送ります。
error-file-exists = その名前はすでに使われています
    .advice = 別の名前を選んでください。
error-already-complete = ファイルはすべてサーバーに届いていました
    .advice = サーバーに残ります。不要であればサーバー上で削除してください。
error-io = ディスクがエラーを報告しました
    .advice = ディスクを確認してから再開してください。
error-ftp = サーバーがコマンドを拒否しました
    .advice = アドレスを確認してください。
error-result-unknown = すべて送信しましたが、応答がありませんでした
    .advice = もう一度送る前に、サーバー側を確認してください。
error-not-resumable = 続きから転送できません
    .advice = 最初からやり直してください。

# The main screen: columns, places, menus.
column-name = 名前
column-progress = 進行状況
column-size = サイズ
column-speed = 速度
column-time-left = 残り時間
column-status = 状態
column-added = 追加日時
column-priority = 優先度
percent = { $number }%
number = { $number }
priority-high = 高
priority-normal = 標準
priority-low = 低
search = 検索
sidebar = サイドバー
sidebar-groups = グループ
sidebar-destinations = 送り先
sidebar-files = ファイルの種類
place-all = すべて
place-active = 進行中
place-paused = 一時停止中
place-finished = 完了
place-failed = 失敗
place-downloads = ダウンロード
place-uploads = アップロード
place-pictures = 画像
place-music = 音楽
place-videos = 動画
place-documents = 文書
place-archives = 書庫
place-programs = プログラム
nothing-found = 「{ $words }」は見つかりません。
nothing-here = ここには何もありません。
copy-address = リンクをコピー
move-first = 先頭へ移動
move-up = 上へ移動
move-down = 下へ移動
move-last = 末尾へ移動
held-network = ネットワークを待っています
held-metered = 待機中: 従量制のネットワークです
held-roaming = 待機中: ローミング中です
held-data-limit = 待機中: データ量の上限に達しました
held-battery = 電源の接続を待っています
held-disk-space = 待機中: ディスクがいっぱいです
status-chosen = { $count } 件を選択中
status-free = 空き { $size }
limit-none = 制限なし
undo = 元に戻す
notice-removed = { $count } 件を一覧から削除しました。
notice-trashed = 一覧から削除しました。受信済みのファイルはゴミ箱に移動します。
notice-not-trashed = 「{ $name }」をゴミ箱に移動できませんでした。元の場所にあります。
remove-several-question = { $count } 件を削除しますか？
remove-several-loss = まだ完了していません。受信済みの部分（{ $amount }）は削除されます。
restart-several-question = { $count } 件を最初からやり直しますか？

# ダウンロードの追加：文中に見つかったものと、その条件
adding-unsupported = 「{ $which }」：「{ $scheme }:」で始まるアドレスはダウンロードできません。
adding-invalid = 「{ $which }」は完全なアドレスではありません。
adding-too-many = 「{ $which }」が表すファイルは多すぎます。範囲を狭めてください。
adding-too-long = 文が長すぎます。
adding-sends = このコマンドはサーバーに何かを送信します。ブラウザーで行ってください。
adding-option = このコマンドには使えないオプションがあります：{ $option }
adding-unfinished = このコマンドは途中で切れています。全体をコピーしてください。
adding-relative = 「{ $which }」はアドレスの一部にすぎません。
adding-metalink = この Metalink は読み取れません。
adding-more-left-out = ほか { $count } 件はダウンロードできません。
chosen-count = { $count } 件中 { $chosen } 件を選択
choose-all = すべて選択
choose-none = 選択を解除
link-there = すでに一覧にあります
link-twice = 文中で重複
link-there-sentence = このリンクはすでに一覧にあります。
show-it = 表示
get-again = もう一度取得
probe-asking = サーバーに問い合わせています…
probe-size-unknown = サイズ不明
probe-resumable = 再開できます
probe-not-resumable = 再開できません
probe-page = このリンクはウェブページです。
name-taken = 同じ名前のファイルがフォルダーにあります。
group = グループ
group-placeholder = なし
group-wrong = グループ名は 1～100 文字にしてください。
checksum = チェックサム
checksum-wrong = チェックサムではありません。sha-256:9f86d0… のように入力してください。
login-name = ログイン名
login-name-missing = パスワードにはログイン名が必要です。
login-password = パスワード
start-at = 開始時刻
start-at-placeholder = 22:30、+2h30m など
start-at-wrong = 時刻ではありません。22:30 や +2h30m のように入力してください。
speed-placeholder = 毎秒 500K、2M など
connections = 接続数
connections-placeholder = 自動
connections-wrong = 1～255 の数字を入力してください。
priority = 優先度
said-to-all = ログインとヘッダーは上の一覧のすべてのサーバーに送られます。

# 設定：分類、検索、共通の言葉
settings-general = 全般
settings-transfers = 転送
settings-speed = 速度と時間帯
settings-data = ネットワークと通信量
settings-desktop = 通知とデスクトップ
settings-appearance = 外観
settings-advanced = 詳細設定
settings-search = 検索
settings-found = 検索結果
settings-none-found = 「{ $words }」に当てはまる設定はありません。
settings-refused = 保存できませんでした：{ $reason }
setting-back = 初期値に戻す
setting-fewer = 減らす
setting-more = 増やす
no-limit = 制限なし
weekday = { $day ->
    [1] 月
    [2] 火
    [3] 水
    [4] 木
    [5] 金
    [6] 土
   *[other] 日
}

# 設定：各項目
setting-download-folder = ダウンロード先のフォルダー
    .about = とくに指定しないダウンロードの保存先です。
setting-language = 言語
    .about = このウィンドウとメッセージの言語です。
    .system = システムに合わせる
setting-max-running = 同時に行う転送の数
    .about = 残りは順番を待ちます。
setting-max-per-host = 同じサーバーと同時に行う転送の数
    .about = 数が多いと断るサーバーもあります。
    .none = 制限なし
setting-retries = あきらめるまでの回数
    .about = 1 バイトも届かないとき、続けて何回まで試すかを決めます。
setting-on-change = サーバー上のファイルが変わったとき
    .about = すでに始まっているダウンロードをどうするかを決めます。
    .pause = 止めて確認する
    .restart = 最初からやり直す
setting-find-checksums = チェックサムを探す
    .about = サーバーにチェックサムのファイルがあれば、ダウンロードしたものを照合します。
setting-download-limit = ダウンロードの速度
    .about = すべてのダウンロードを合わせた上限です。
setting-upload-limit = アップロードの速度
    .about = すべてのアップロードを合わせた上限です。
setting-speed-limit = 全体の速度
    .about = ダウンロードとアップロードを合わせた上限です。
setting-windows = 時間帯
    .about = 別の制限を使うか、何も転送しない時間帯です。重なるときは上のものが優先されます。
setting-data-plan = データ通信量の上限
    .about = 携帯回線など、料金のかかるネットワークで使ってよい量です。
setting-data-plan-period = 上限の期間
    .about = 過ぎると数え直します。
    .day = 1 日
    .week = 1 週間
    .month = 1 か月
setting-data-plan-begins = 期間の始まる日
    .about = 数え直す曜日または日です。
setting-keep-to-data-plan = 上限を決して超えない
    .about = 料金がかかってもよい転送も、上限を超えません。
setting-proxy = プロキシ
    .about = すべての接続が通るサーバーです。ログインはここではなく転送に指定してください。
    .system = システムに合わせる
    .direct = 使わない
    .own = 指定する
setting-notifications = 通知
    .about = 転送が完了または失敗したときに知らせます。
setting-inhibit-sleep = スリープさせない
    .about = 転送中はコンピューターが自動でスリープしません。
setting-pause-on-battery = バッテリー使用中は待つ
    .about = 電源につなぐと転送を再開します。
setting-pause-below-percent = バッテリーが少ないときは待つ
    .about = 残量がこれより少ないバッテリーでは転送を待ちます。
    .none = 待たない
    .unit = %
setting-pause-in-power-saver = 省電力中は待つ
    .about = デスクトップが省電力モードの間は転送を待ちます。
setting-appearance = スタイル
    .about = ライトかダークかを選びます。
    .system = システムに合わせる
    .light = ライト
    .dark = ダーク
setting-contrast = コントラスト
    .about = 表示のはっきりした度合いです。
    .system = システムに合わせる
    .normal = 標準
    .high = 高い
setting-accent = 色
    .about = 進行中のものと次の操作に使う色です。
    .system = システムに合わせる
    .own = 青
setting-motion = 動き
    .about = ウィンドウの中のものが自動で動くかどうかです。
    .system = システムに合わせる
    .full = 動かす
    .reduced = できるだけ抑える
setting-text-scale = 全体の大きさ
    .about = Ctrl とプラスまたはマイナスでも変更できます。
    .unit = %
setting-connect-timeout = 接続を待つ時間
    .about = この間サーバーが応答しなければ、後でもう一度試します。
    .unit = 秒
setting-silence-timeout = 無応答を待つ時間
    .about = この間何も届かなければ、接続し直します。
    .unit = 秒
setting-min-split = 分割の最小単位
    .about = それぞれの接続にこれ以上の量があるときだけ、複数の接続で取得します。
setting-hardware-acceleration = グラフィックスカードで描画する
    .about = 次に起動したときから有効です。表示がおかしいときはオフにしてください。

# 設定：時間帯
window-add = 時間帯を追加
window-edit = 編集
window-earlier = 上へ移動
window-done = 完了
window-days = 曜日
window-hours = 開始と終了
window-pace = この時間帯の動作
window-rest = 転送しない
window-limits = 別の制限
window-downloads = ダウンロード
window-uploads = アップロード
window-both = 全体
window-daily = 毎日
window-and = { "・" }
window-when = { $days } { $hours }
window-rests = 転送しません
window-limit-down = ダウンロードは最大 { $speed }
window-limit-up = アップロードは最大 { $speed }
window-limit-both = 全体で最大 { $speed }

# 設定：値として読めないもの
wrong-number = { $least } から { $most } までの整数を入力してください。
wrong-speed = 500 kB/s や 2.5 MB/s のように単位を付けて入力してください。空欄なら制限なしです。
wrong-size = 500 MB や 5 GB のように単位を付けて入力してください。
wrong-small = { $least } 以上にしてください。
wrong-proxy = http://proxy.example:3128 や socks5h://localhost:1080 のように入力してください。
wrong-login = 名前とパスワードは含めないでください。誰でも読める形で保存されてしまいます。
wrong-hours = 22:00–06:00 のように入力してください。

# 転送に必要なもの
log-in = ログイン
log-in-sentence = { $host } へのログインが必要です。
new-link = 新しいリンク
new-link-sentence = リンクの有効期限が切れています。同じファイルの別のリンクを入力すると、途中から続けます。
new-link-wrong = アドレスではありません。

# The panel of particulars
tab-overview = 概要
tab-segments = セグメント
tab-speed = 速度
tab-attempts = 試行
tab-answer = 応答
details-none = 転送を選ぶと、そのすべてがここに表示されます。
copy = コピー
open-part = ダウンロード中に開く
notice-no-beginning = 「{ $name }」の先頭がまだ届いていません。少し待ってからもう一度お試しください。
detail-connections = 接続
detail-group = グループ
detail-priority = 優先度
detail-resumable = 一時停止のあと
resumable-yes = 止まったところから続きます
resumable-no = 最初からやり直します。サーバーが続きからの転送に対応していません
bound-own-limit = この転送の速度制限 { $speed } がこの速度に抑えています。
bound-all-limit = すべての転送を合わせた速度制限 { $speed } がこの速度に抑えています。
bound-limit = 速度制限がこの速度に抑えています。
bound-disk = ディスクがこれ以上書き込めません。
bound-connection = サーバーは { $count } 本の接続のそれぞれにこれ以上の速度を出さず、接続も増やせません。
bound-host = サーバーは { $count } 本までの接続しか受け付けません。
bound-network = 回線がいっぱいです。接続を増やしても速くなりません。
bound-proxy = プロキシの回線がいっぱいです。接続を増やしても速くなりません。
segments-none = ファイルはまだ何も届いていません。
segments-unknown = { $size } 届いています。サーバーはファイルの長さを知らせていません。
segments-upload = ファイルは先頭から終わりまで順に送られます。
segments-confirmed = サーバーは { $amount } を確かに受け取りました。
segments-connections = 接続 { $count } 本
connection-range = { $from } – { $until }
connection-from = { $from } から
part-checked = 保存済み・確認済み
part-safe = 保存済み
part-arrived = 届いたばかり
part-coming = 接続
part-missing = 未着
speed-now = 現在
speed-mean = 平均
speed-highest = 最高
speed-explained = ここを開いていた最近の数分間です。
speed-none = この転送は動いていません。動いている間、速度がここに描かれます。
speed-soon = まもなく速度がここに描かれます。
attempts-none = まだ試していません。
attempts-before = これより前の { $count } 件はもう残っていません。
attempt-completed = すべて届き、内容も正しいです。
attempt-stopped = 終わる前に止まりました。
attempt-took = 所要 { $time }
attempt-moved = { $amount } 転送
happened-restarted = 指示により最初からやり直しました。
happened-started-over = 最初からやり直しました：{ $why }
happened-paused = 一時停止されました。
happened-link = アドレスが変わりました。
happened-network = ネットワークがなく、復帰を待ちました。
answer-way = 方法
answer-none = サーバーの応答は残っていません。
resume-from = ファイルから再開
notice-no-picker = デスクトップに選択ダイアログがありません。「windlass get --resume-data ファイル」で同じことができます。
notice-not-resume-data = 「{ $name }」は再開用データではないか、壊れています。
open-part-there = 届いた分を開く

# キー
main-menu = メニュー
shortcuts = キーボードショートカット
keys-search = キーを検索
keys-none-found = 「{ $words }」に当てはまるキーはありません。
keys-adding = 追加
keys-paste = コピーした内容を追加
keys-chosen = 選択した転送
keys-toggle = 一時停止または再開
keys-open = ファイルを開く、または詳細を表示
keys-tabs = 詳細の次または前のページ
keys-queue = 順番を上または下へ
keys-queue-ends = 順番の最初または最後へ
keys-menu = できることの一覧
keys-choosing = 転送の選択
keys-rows = 上または下のもの
keys-pages = 1 ページ上または下のもの
keys-ends = 最初または最後のもの
keys-through = そこからここまですべて
keys-besides = ほかを残したままもう 1 つ
keys-all-rows = すべて
keys-all = すべての転送
keys-limit = 速度制限のオンとオフ
keys-window = ウィンドウ
keys-places = すべて、実行中、一時停止中、完了、失敗
keys-size = 全体を大きく、または小さく
keys-usual-size = 全体を普段の大きさに
keys-close = ウィンドウを閉じる（転送は続きます）
keys-moving = 移動
keys-next = 次または前のボタンや入力欄
keys-press = ボタンを押す
keys-choices = 隣の選択肢
keys-leave = ダイアログ、詳細、検索、選択から離れる
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = スペース
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = メニューキー

# このプログラムについて
about = Windlass について
about-version = バージョン { $version }
about-sentence = 何があっても転送が失われないダウンロード・アップロードマネージャーです。
about-licence = 自由ソフトウェアです。{ $licence } のもとで使えます。
about-transfers = 転送
about-log = ログ
about-copy = 報告用にコピー
about-copied = コピーしました
about-parts = 使用ライブラリ
about-parts-sentence = 次のライブラリがプログラムに含まれています。それぞれのライセンスに従います。

# 転送した量
statistics = 統計
statistics-none = まだ何も転送していません。これからのダウンロードと送信がここで数えられます。
statistics-days = 最近 { $count } 日間
statistics-down = 受信
statistics-up = 送信
statistics-completed = 完了
statistics-failed = 失敗
statistics-today = 今日
statistics-week = 今週
statistics-month = 今月
statistics-since = { $day } から
statistics-day = { $day }：受信 { $down }、送信 { $up }

# グループ
groups = グループ
groups-none = グループは転送をまとめます。順番に 1 つずつ行ったり、専用の速度制限やフォルダーを使ったりできます。
group-add = グループを追加
group-times = 時間帯
group-new = 新しいグループ
group-title = グループ「{ $name }」
group-name = 名前
group-order = 順序
group-parallel = 同時に
group-serial = 1 つずつ
group-limit = グループ全体の速度制限
group-folder = ダウンロード先のフォルダー
group-folder-none = 既定のダウンロードフォルダー
group-at-most = 最大 { $speed }
group-done = { $all } 件中 { $done } 件完了
group-failed = { $count } 件失敗
group-success = すべて完了したら実行
group-failure = 失敗があれば実行
group-command = プログラムとその引数
command-wrong = コマンドではありません。引用符は必ず閉じてください。
group-taken = 同じ名前のグループがあります。
group-remove = グループ「{ $name }」を削除しますか？転送は残ります。
move-current = グループの先頭へ移動
cost = 料金のかかるネットワーク
cost-free = 無料のネットワークを待つ
cost-default = データプランの範囲内
cost-always = そのまま使う

# 一覧が空のとき
empty-paste = リンク、またはリンクを含む文章を貼り付けます。
empty-drop = リンクやファイルをこのウィンドウにドロップします。
empty-folder = ダウンロード先：{ $folder }
empty-change = 変更…
nothing-search-on = 検索を消す
nothing-show-all = すべて表示
nothing-active = 実行中や待機中のものはありません。
nothing-paused = 一時停止中のものはありません。
nothing-finished = 完了したものはまだありません。
nothing-failed = 失敗したものはありません。

# When all is done
when-done = すべて完了したら…
when-nothing = 何もしない
when-quit = Windlass を終了
when-suspend = コンピューターをサスペンド
when-power-off = コンピューターの電源を切る
when-done-status = すべて完了したら: { $what }
when-quit-in = すべて完了しました。{ $seconds } 秒後に Windlass を終了します。
when-suspend-in = すべて完了しました。{ $seconds } 秒後にコンピューターをサスペンドします。
when-power-off-in = すべて完了しました。{ $seconds } 秒後にコンピューターの電源を切ります。
when-failed = すべて完了しましたが、コンピューターをサスペンドすることも電源を切ることもできませんでした。

# Destinations and sites
destinations = 送信先
destinations-none = 送信先は、ファイルを送る場所にログイン情報や送り方とともに付ける名前です。
destination-add = 送信先を追加
destination-new = 新しい送信先
destination-import = ShareX から取り込む…
destination-title = 送信先「{ $name }」
destination-taken = 同じ名前の送信先があります。
destination-remove = 送信先「{ $name }」を削除しますか？送信済みのものはそのまま残ります。
destination-copies = 送信が終わったらリンクをコピー
destination-link = リンクの見つけ方
destination-link-wrong = これではリンクが見つかりません。{"{"}json:PATH{"}"}、{"{"}header:NAME{"}"}、{"{"}response{"}"} を使えます。
destination-file-field = ファイルを入れるフィールドの名前
sites = サイト
sites-none = サイトは、そこからの、またはそこへのすべての転送に使うログイン情報、フォルダー、制限などを覚えておくサーバーです。
site-add = サイトを追加
site-new = 新しいサイト
site-title = サイト { $name }
site-taken = このアドレスはすでにサイトとして登録されています。
site-remove = サイト { $name } を削除しますか？今ある転送の内容は変わりません。
site-url = アドレス
site-url-about = サーバー全体、またはその中のフォルダー。
site-usual = 設定に従う
site-number = 整数を入力してください。
site-timeout = サーバーを待つ秒数
site-proxy-about = アドレス、または使わない場合は「direct」。
site-proxy-wrong = http://proxy.example:3128 や socks5h://localhost:1080 の形、または「direct」で入力してください。
site-cookies = Cookie のファイル
site-cookies-none = なし
has-login = ログインあり
host-key = サーバーの鍵
host-key-wrong = サーバーの鍵ではありません。SHA256: に続けて 43 文字の形です。
login-password-missing = パスワードも入力してください。保存済みのパスワードは保存済みの名前のものです。
secret-kept = 保存済み
secret-stays = 両方とも空のままなら、保存済みのものを使います。
secret-forget = 消去
secrets-kept = キーリングに保存済み
secrets-elsewhere = 保存済みのログイン情報は別のサーバー専用です。もう一度入力してください。
secrets-go = ログイン情報も消去されます。
import-no-picker = デスクトップに選択ダイアログがありません。「windlass destinations import FILE」で同じことができます。
import-not-one = 「{ $name }」は ShareX のカスタムアップローダーではありません。

# What is told when a transfer ends
telling = 通知
telling-usual = 通常どおり
telling-words = 自分の言葉で
telling-nothing = なし
telling-done = うまくいったときの言葉
telling-placeholder = 写真が届きました
telling-wrong = 通知する言葉を入力してください。

# Where a download finds no place, and a server that is not known
new-folder = 別のフォルダー…
notice-no-folder-picker = 選択ダイアログがありません。「windlass set ID folder=PATH」で同じことができます。
trust-server = このサーバーを信頼
trust-server-sentence = { $host } の鍵はここでは知られていません。サーバーの管理者が示す鍵と見比べてください。誰かが間に入っているおそれがあります。
trust-server-yes = このサーバーで信頼する

# 入力欄のメニュー
field-cut = 切り取り
field-paste = 貼り付け
field-select-all = すべて選択

# Room in the window
keys-panel = 詳細パネルを大きく／小さくする
text-scale-followed = デスクトップの設定に従います（現在 { $percent }%）。

# デスクトップとの連携
setting-autostart = ログイン時に起動
    .about = ウィンドウを開かずに起動し、転送を続けます。
autostart-reason = ログイン後に転送を続けるため
job-title = 転送
notice-series = { $all } 件中 { $done } 件が完了
setting-recent-files = 最近使用したファイル
    .about = 完了したダウンロードをデスクトップの最近使用したファイルに載せます。
