# Toolbar, tray, and what can be done with one transfer
add-download = 다운로드 추가
add-upload = 업로드 추가
pause-all = 모두 일시 중지
resume-all = 모두 계속
clear-finished = 완료 항목 지우기
preferences = 기본 설정
pause = 일시 중지
resume = 계속
cancel = 취소
restart = 처음부터 다시
send-again = 다시 보내기
remove = 제거
move-to-trash = 휴지통으로 이동
open = 열기
show-in-folder = 폴더에서 보기
copy-link = 링크 복사
details = 자세히
close = 닫기
leave = 취소
back = 뒤로
dismiss = 닫기

# Main window
empty-title = 아직 아무것도 없습니다
status-running = { $count }개 진행 중
status-idle = 진행 중인 전송 없음
status-total = 전송 { $count }개
drop-hint = 링크를 놓으면 다운로드, 파일을 놓으면 업로드합니다

# Where a transfer stands
state-queued = 대기열에 있음
state-downloading = 다운로드 중
state-uploading = 업로드 중
state-verifying = 확인 중
state-completed = 완료
state-cancelled = 취소됨
state-skipped = 건너뜀: 같은 파일이 이미 있습니다
state-failed = 실패
state-paused = 일시 중지됨
state-waiting = 대기 중
state-restart-needed = 중지됨: 다시 보내면 중복될 수 있습니다
state-changed = 중지됨: 서버의 파일이 바뀌었습니다
state-needs-link = 중지됨: 링크가 더 이상 작동하지 않습니다
state-needs-login = 중지됨: 로그인이 필요합니다
state-network = 네트워크를 기다리는 중
state-metered = 요금이 들지 않는 네트워크를 기다리는 중
state-roaming = 대기 중: 로밍 네트워크입니다
state-data-limit = 대기 중: 데이터 요금제의 남은 양이 부족합니다
state-battery = 대기 중: 배터리를 아끼고 있습니다
state-retry = { $time }에 다시 시도
state-schedule = { $time }에 시작
state-disk-space = 디스크 공간을 기다리는 중
state-answer = 완료, 서버 응답: { $status }
leftover = 서버에 남아 있음
leftover-removing = 서버에서 제거하는 중

# Amounts
amount = { $number } { $unit }
amount-of = { $done } / { $total } { $unit }
speed = { $amount }/s
time-left = { $time } 남음
time-seconds = { $s }초
time-minutes = { $m }분
time-minutes-seconds = { $m }분 { $s }초
time-hours = { $h }시간 { $m }분
time-days = { $d }일 { $h }시간
separator = { " · " }

# Adding downloads
links = 링크
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] 한 줄에 링크 하나씩 입력하세요.
   *[other] 링크 { $count }개.
}
links-left-out = 주소가 아닌 { $count }개는 제외됩니다: { $which }
folder = 폴더
file-name = 파일 이름
file-name-placeholder = 서버가 정한 이름
choose = 선택…
start = 시작
no-picker = 이 데스크톱에서는 선택 대화 상자를 쓸 수 없습니다. 경로를 직접 입력하세요.
path-not-whole = “/”로 시작하는 전체 경로를 입력하세요.
name-not-plain = 파일 이름에는 “/”를 쓸 수 없습니다.

# Adding uploads
files = 파일
files-none = 아직 선택한 파일이 없습니다.
file-placeholder = /path/to/file
add-file = 추가
choose-files = 파일 선택…
choose-folder = 폴더 선택…
folder-tally = 폴더 { $folders }개에 파일 { $files }개, { $size }
folder-left-out = 보내지 않는 항목 { $count }개, 첫 항목: { $which }({ $why ->
    [link-to-folder] 폴더를 가리키는 링크
    [link-to-outside] 바깥을 가리키는 링크
    [link-to-nothing] 대상이 없는 링크
    [no-file] 일반 파일이 아님
    [empty-folder] 빈 폴더
   *[unreadable] 읽을 수 없음
})
address = 주소
address-placeholder = https://example.org/upload
more = 더 보기
less = 간단히
way = 방식
way-auto = 자동
way-form = 양식
way-resumable = 이어 올리기 HTTP
way-hint = { $way ->
    [webdav] 파일이 완전히 올라간 뒤에야 그 이름이 나타납니다.
    [s3] https://server/bucket/name 형태의 객체입니다. 두 키를 주소에 적으세요: https://key:secret@server/…
    [resumable] 웹 표준 초안에 따라, 끊긴 뒤에도 이어집니다.
    [google] Google 서비스의 세션입니다. 끊긴 뒤에도 이어집니다.
    [post] 요청 한 번으로 보냅니다. 두 번 보내면 두 개가 생길 수 있습니다.
    [put] 요청 한 번으로 정확히 이 주소에 파일을 저장하며, 주소가 “/”로 끝나면 그 안에 저장합니다. 다시 보내도 문제가 없습니다.
    [form] 브라우저처럼 보냅니다.
    [tus] 끊긴 뒤에도 이어집니다.
   *[auto] 가장 알맞은 방식을 서버에 물어봅니다.
}
fields = 필드
fields-placeholder = 이름=값, 한 줄에 하나씩
field-wrong = “{ $line }”: 필드가 아닙니다. “이름=값” 형식이어야 합니다.
headers = 헤더
headers-placeholder = 이름: 값, 한 줄에 하나씩
header-wrong = “{ $line }”: 헤더가 아닙니다. “이름: 값” 형식이어야 합니다.
destination = 보낼 곳
destination-save = 보낼 곳으로 저장
destination-name = 이름
destination-name-wrong = 보낼 곳에는 주소가 아닌 짧은 이름이 필요합니다.
destination-kept = 저장했습니다.
save = 저장
if-exists = 같은 이름이 있으면
if-exists-fail = 그대로 두기
if-exists-rename = 새 이름 사용
if-exists-overwrite = 바꾸기
if-exists-skip = 파일 건너뛰기
limit = 속도 제한
limit-placeholder = 초당 500K 또는 2M, 비우면 제한 없음
speed-wrong = 속도가 아닙니다. 500K 또는 2M 형식이어야 합니다.
files-clash = { $address }에 둘 이상의 파일이 저장됩니다. “/”로 끝나는 폴더 주소와 이름이 서로 다른 파일을 사용하세요.

# Questions
remove-question = “{ $name }” 항목을 제거할까요?
remove-loss = 이미 받은 { $amount } 분량이 삭제됩니다.
remove-loss-upload = 업로드가 여기서 중지됩니다. 보낸 내용은 서버에 남을 수 있습니다.
remove-loss-upload-begun = 업로드가 여기서 중지됩니다. 보낸 내용은 서버에서 제거됩니다.
restart-question = “{ $name }” 항목을 처음부터 다시 시작할까요?
restart-loss = 이미 받은 { $amount } 분량을 다시 받습니다.
quit-question = 전송 { $count }개가 진행 중입니다
quit-explained = 이 창이 없어도 전송은 계속될 수 있습니다. 종료하면 전송이 일시 중지되고 다음에 시작할 때 이어집니다.
keep-running = 백그라운드에서 계속 실행
pause-and-quit = 일시 중지하고 종료
quit = 종료

# Details
detail-address = 주소
detail-found-at = 실제 주소
detail-destination = 보낼 곳
detail-link = 링크
detail-file = 파일
detail-added = 추가한 시각
detail-finished = 끝난 시각
detail-answer = 서버의 응답
detail-checked = 확인 기준
checked-checksum = 체크섬({ $algorithm })과 길이
checked-etag = 서버의 버전 태그와 길이
checked-length = 서버가 알려 준 길이
checked-none = 없음, 서버가 길이와 버전을 알려 주지 않음

# Messages
gone-title = 세션이 끝났습니다
gone-explained = 전송은 일시 중지된 상태로 보관되었습니다. 계속하려면 Windlass를 다시 시작하세요.
problem-title = Windlass를 시작할 수 없습니다
problem-locked = 다른 Windlass가 이 프로필을 쓰고 있습니다. 종료하거나 끝날 때까지 기다린 뒤 다시 시작하세요.
problem-newer = 전송 목록이 더 새로운 Windlass에서 저장되어 그대로 두었습니다. 새 버전을 사용하세요.
problem-unusable = { $path } 경로를 사용할 수 없습니다: { $reason }. 권한과 디스크를 확인하세요.
notice-background = 창이 닫혀 있는 동안에도 전송이 계속되었습니다.
notice-cannot-open = “{ $name }” 항목을 열 수 없습니다.
notice-restored = 전송 목록이 손상되어 이전 목록을 사용합니다. 손상된 목록을 보관한 곳: { $path }
notice-settings = 설정을 읽을 수 없어 그대로 두었습니다: { $path }

# Notifications and tray
notice-download-done = { $name } 다운로드 완료
notice-upload-done = { $name } 업로드 완료
notice-failed = { $name } 실패: { $reason }
notice-group-done = “{ $name }” 그룹이 모두 완료되었습니다
notice-group-failed = “{ $name }” 그룹에서 전송 { $count }개가 실패했습니다
notice-open = 열기
notice-show = 폴더에서 보기
awake-reason = 전송이 진행 중입니다
sleep-delay-reason = 전송 진행 상황을 저장하고 있습니다
tray-open = Windlass 열기
tray-idle = Windlass: 진행 중인 전송 없음
tray-running = Windlass: 전송 { $count }개 진행 중

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what }({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = 서버 이름을 찾을 수 없습니다
    .advice = 주소와 네트워크를 확인하세요.
error-cannot-connect = 서버가 응답하지 않습니다
    .advice = 서버가 꺼져 있을 수 있습니다. 나중에 다시 시도하세요.
error-server-unreachable = 서버에 연결할 수 없습니다
    .advice = 네트워크를 확인하세요.
error-timeout = 서버의 응답이 너무 오래 걸립니다
    .advice = 나중에 다시 시도하세요.
error-connection-aborted = 연결이 끊겼습니다
    .advice = “계속”을 누르면 이어집니다.
error-certificate-common-name-is-incorrect = 서버의 인증서가 다른 이름의 것입니다
    .advice = 주소를 확인하세요.
error-certificate-expired = 서버의 인증서가 만료되었습니다
    .advice = 이 컴퓨터의 시계를 확인하거나 사이트 소유자에게 문의하세요.
error-certificate-revoked = 서버의 인증서가 폐기되었습니다
    .advice = 사이트 소유자에게 문의하세요.
error-certificate-is-invalid = 서버의 인증서를 신뢰할 수 없습니다
    .advice = 사이트 소유자에게 문의하세요.
error-host-key-not-trusted = 서버의 키를 신뢰할 수 없습니다
    .advice = 서버 소유자에게 올바른 키를 문의하고 그 키만 신뢰하세요.
error-redirect-failed = 서버가 끝없이 다른 주소로 넘깁니다
    .advice = 링크를 확인하세요.
error-https-to-http-on-redirection = 서버가 안전한 주소에서 안전하지 않은 주소로 넘깁니다
    .advice = 넘겨진 주소를 신뢰한다면 그 주소를 사용하세요.
error-error-http-invalid-server-response = 서버의 응답을 이해할 수 없습니다
    .advice = 나중에 다시 시도하세요.
error-insufficient-range-support = 서버가 중간부터 이어서 보낼 수 없습니다
    .advice = 처음부터 다시 시작하세요.
error-secret-not-found = 로그인 정보를 찾을 수 없습니다
    .advice = 키 모음의 잠금을 풀고 계속하거나, 로그인 정보와 함께 다시 추가하세요.
error-unauthorized = 서버에 로그인해야 합니다
    .advice = 사용자 이름과 암호로 로그인하세요.
error-forbidden = 서버가 접근을 거부합니다
    .advice = 링크와 로그인 정보를 확인하세요.
error-not-found = 서버에 그런 파일이 없습니다
    .advice = 링크를 확인하세요.
error-proxy-authentication-required = 프록시에 로그인해야 합니다
    .advice = 프록시의 사용자 이름과 암호를 넣어 다시 추가하세요.
error-proxy-unreachable = 프록시가 응답하지 않습니다
    .advice = 프록시 설정과 네트워크를 확인하세요.
error-proxy-refused = 프록시가 이 연결을 허용하지 않습니다
    .advice = 프록시 설정을 확인하거나 프록시 관리자에게 문의하세요.
error-gone = 파일이 더 이상 없습니다
    .advice = 새 링크를 찾아보세요.
error-locked = 서버에서 파일을 사용하고 있습니다
    .advice = 나중에 다시 시도하세요.
error-insufficient-storage = 서버에 남은 공간이 없습니다
    .advice = 공간이 생기면 계속하세요.
error-request-entity-too-large = 서버가 받기에 파일이 너무 큽니다
    .advice = 받을 수 있는 크기를 문의하세요.
error-requested-range-not-satisfiable = 서버의 데이터가 전보다 줄었습니다
    .advice = 처음부터 다시 시작하세요.
error-too-many-requests = 서버가 요청을 줄여 달라고 합니다
    .advice = 나중에 다시 시도하세요.
error-unexpected-client-error = 서버가 요청을 거부합니다
    .advice = 주소를 확인하세요.
error-internal-server-error = 서버에 문제가 있습니다
    .advice = 나중에 다시 시도하세요.
error-unexpected-status-code = 서버의 응답이 파일이 아닙니다
    .advice = 링크를 확인하세요.
error-operation-canceled = 취소되었습니다
    .advice = 다시 하려면 처음부터 다시 시작하세요.
error-invalid-proxy = 프록시 주소가 아닙니다
    .advice = http://proxy.example:3128 형식이어야 합니다.
error-invalid-url = 주소가 아닙니다
    .advice = https://example.org/file 형식이어야 합니다.
error-unsupported-scheme = 이런 종류의 주소는 지원하지 않습니다
    .advice = http, https, ftp, ftps, ftpes, sftp 중 하나를 사용하세요.
error-truncated = 파일이 끝나기 전에 서버가 전송을 끝냈습니다
    .advice = “계속”을 누르면 나머지를 받습니다.
error-changed = 서버의 파일이 다른 파일로 바뀌었습니다
    .advice = 새 파일을 받으려면 처음부터 다시 시작하세요.
error-checksum-mismatch = 파일이 체크섬과 일치하지 않습니다
    .advice = 처음부터 다시 시작하거나 다른 출처를 찾아보세요.
error-disk-full = 디스크가 가득 찼습니다
    .advice = 공간을 확보하면 자동으로 이어집니다.
error-permission-denied = 그곳에 쓸 권한이 없습니다
    .advice = 다른 폴더를 선택하세요.
error-read-only = 디스크가 읽기 전용입니다
    .advice = 다른 폴더를 선택하세요.
error-file-missing = 파일이 없습니다
    .advice = 파일 경로를 확인하세요.
error-file-changed = 그사이 파일이 바뀌었습니다
    .advice = 지금의 파일을 보내려면 처음부터 다시 시작하세요.
error-file-exists = 같은 이름이 이미 있습니다
    .advice = 다른 이름을 선택하세요.
error-already-complete = 파일이 이미 모두 서버에 올라갔습니다
    .advice = 파일은 서버에 남습니다. 필요 없으면 서버에서 제거하세요.
error-io = 디스크에서 오류가 났습니다
    .advice = 디스크를 확인한 뒤 계속하세요.
error-ftp = 서버가 명령을 거부합니다
    .advice = 주소를 확인하세요.
error-result-unknown = 모두 보냈지만 응답이 오지 않았습니다
    .advice = 다시 보내기 전에 서버를 확인하세요.
error-not-resumable = 이어서 할 수 없습니다
    .advice = 처음부터 다시 시작하세요.

# The main screen: columns, places, menus.
column-name = 이름
column-progress = 진행률
column-size = 크기
column-speed = 속도
column-time-left = 남은 시간
column-status = 상태
column-added = 추가한 시각
column-priority = 우선순위
percent = { $number }%
number = { $number }
priority-high = 높음
priority-normal = 보통
priority-low = 낮음
search = 검색
sidebar = 사이드바
sidebar-groups = 그룹
sidebar-destinations = 보낼 곳
sidebar-files = 파일
place-all = 전체
place-active = 진행 중
place-paused = 일시 중지
place-finished = 완료
place-failed = 실패
place-downloads = 다운로드
place-uploads = 업로드
place-pictures = 사진
place-music = 음악
place-videos = 비디오
place-documents = 문서
place-archives = 압축 파일
place-programs = 프로그램
nothing-found = “{ $words }” 검색 결과가 없습니다.
nothing-here = 항목이 없습니다.
copy-address = 링크 복사
move-first = 맨 앞으로
move-up = 위로
move-down = 아래로
move-last = 맨 뒤로
held-network = 네트워크를 기다리는 중
held-metered = 대기 중: 요금이 드는 네트워크
held-roaming = 대기 중: 로밍
held-data-limit = 대기 중: 데이터 요금제를 다 씀
held-battery = 전원 연결을 기다리는 중
held-disk-space = 대기 중: 디스크가 가득 참
status-chosen = { $count }개 선택함
status-free = { $size } 사용 가능
limit-none = 제한 없음
undo = 실행 취소
notice-removed = 목록에서 전송 { $count }개를 제거했습니다.
notice-trashed = 목록에서 제거했습니다. 받은 파일은 휴지통으로 옮깁니다.
notice-not-trashed = “{ $name }” 항목을 휴지통으로 옮길 수 없습니다. 원래 위치에 그대로 있습니다.
remove-several-question = 전송 { $count }개를 제거할까요?
remove-several-loss = 아직 끝나지 않았습니다. 이미 받은 부분({ $amount })이 삭제됩니다.
restart-several-question = 전송 { $count }개를 처음부터 다시 시작할까요?

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = “{ $which }”: “{ $scheme }:”(으)로 시작하는 주소는 다운로드할 수 없습니다.
adding-invalid = “{ $which }”: 완전한 주소가 아닙니다.
adding-too-many = “{ $which }”: 파일 수가 너무 많습니다. 범위를 줄이세요.
adding-too-long = 텍스트가 너무 깁니다.
adding-sends = 이 명령은 서버에 무언가를 보냅니다. 브라우저에서 하세요.
adding-option = 이 명령에 알 수 없는 옵션이 있습니다: { $option }
adding-unfinished = 이 명령은 완전하지 않습니다. 전체를 복사하세요.
adding-relative = “{ $which }”: 주소의 일부일 뿐입니다.
adding-metalink = 이 Metalink를 읽을 수 없습니다.
adding-more-left-out = 그 밖에 { $count }개를 다운로드할 수 없습니다.
chosen-count = { $count }개 중 { $chosen }개 선택함
choose-all = 모두 선택
choose-none = 모두 선택 해제
link-there = 이미 목록에 있음
link-twice = 텍스트에 중복됨
link-there-sentence = 이 링크는 이미 목록에 있습니다.
show-it = 보기
get-again = 다시 받기
probe-asking = 서버에 물어보는 중…
probe-size-unknown = 크기 알 수 없음
probe-resumable = 이어받기 가능
probe-not-resumable = 이어받기 불가
probe-page = 이 링크는 웹 페이지로 연결됩니다.
name-taken = 폴더에 같은 이름의 파일이 있습니다.
group = 그룹
group-placeholder = 없음
group-wrong = 그룹에는 100자 이내의 이름이 필요합니다.
checksum = 체크섬
checksum-wrong = 체크섬이 아닙니다. sha-256:9f86d0… 형식이어야 합니다.
login-name = 로그인 이름
login-name-missing = 암호를 쓰려면 로그인 이름이 필요합니다.
login-password = 암호
start-at = 시작 시각
start-at-placeholder = 22:30 또는 +2h30m
start-at-wrong = 시각이 아닙니다. 22:30 또는 +2h30m 형식이어야 합니다.
speed-placeholder = 초당 500K 또는 2M
connections = 연결 수
connections-placeholder = 알맞게 자동으로
connections-wrong = 1에서 255까지의 숫자여야 합니다.
priority = 우선순위
said-to-all = 로그인 정보와 헤더를 위 목록의 모든 서버에 보냅니다.

# Settings: sections, search, and what all of them have
settings-general = 일반
settings-transfers = 전송
settings-speed = 속도와 시간대
settings-data = 네트워크와 데이터
settings-desktop = 알림과 데스크톱
settings-appearance = 모양
settings-advanced = 고급
settings-search = 검색
settings-found = 검색 결과
settings-none-found = “{ $words }”에 맞는 설정이 없습니다.
settings-refused = 저장하지 않았습니다: { $reason }
setting-back = 기본값으로 되돌리기
setting-fewer = 줄이기
setting-more = 늘리기
no-limit = 제한 없음
weekday = { $day ->
    [1] 월
    [2] 화
    [3] 수
    [4] 목
    [5] 금
    [6] 토
   *[other] 일
}

# Settings: each of them
setting-download-folder = 다운로드 폴더
    .about = 따로 정하지 않으면 다운로드가 저장되는 곳입니다.
setting-language = 언어
    .about = 이 창과 메시지에 쓰는 언어입니다.
    .system = 시스템에 따름
setting-max-running = 동시 전송 수
    .about = 나머지는 차례를 기다립니다.
setting-max-per-host = 같은 서버의 동시 전송 수
    .about = 몇 개까지만 받아 주는 서버도 있습니다.
    .none = 제한 없음
setting-retries = 포기하기 전 시도 횟수
    .about = 데이터가 전혀 오지 않을 때 전송을 연달아 다시 시도하는 횟수입니다.
setting-on-change = 서버의 파일이 바뀌면
    .about = 이미 시작한 다운로드를 어떻게 할지 정합니다.
    .pause = 멈추고 묻기
    .restart = 처음부터 다시
setting-find-checksums = 체크섬 찾기
    .about = 서버의 다운로드 옆에 체크섬 파일이 있으면 다운로드를 그것과 대조합니다.
setting-download-limit = 다운로드 속도
    .about = 모든 다운로드를 합친 최대 속도입니다.
setting-upload-limit = 업로드 속도
    .about = 모든 업로드를 합친 최대 속도입니다.
setting-speed-limit = 전체 속도
    .about = 다운로드와 업로드를 합친 최대 속도입니다.
setting-windows = 시간대
    .about = 다른 제한을 적용하거나 전송을 하지 않는 시간입니다. 겹치면 맨 위의 것을 따릅니다.
setting-data-plan = 데이터 요금제
    .about = 휴대 전화처럼 요금이 드는 네트워크로 주고받을 수 있는 양입니다.
setting-data-plan-period = 요금제 기간
    .about = 기간이 지나면 새로 시작합니다.
    .day = 하루
    .week = 일주일
    .month = 한 달
setting-data-plan-begins = 요금제 시작일
    .about = 새로 시작하는 요일 또는 날짜입니다.
setting-keep-to-data-plan = 요금제를 절대 넘지 않기
    .about = 요금이 들어도 되는 전송까지 포함해 어떤 전송도 요금제를 넘지 않습니다.
setting-proxy = 프록시
    .about = 모든 연결이 거치는 서버입니다. 프록시 로그인 정보는 각 전송에 입력합니다.
    .system = 시스템에 따름
    .direct = 없음
    .own = 직접 지정
setting-notifications = 알림
    .about = 전송이 완료되거나 실패하면 알립니다.
setting-inhibit-sleep = 컴퓨터를 깨어 있게 하기
    .about = 전송이 진행되는 동안 컴퓨터가 저절로 절전 상태가 되지 않습니다.
setting-pause-on-battery = 배터리 사용 중에는 대기
    .about = 컴퓨터를 다시 전원에 연결하면 전송이 이어집니다.
setting-pause-below-percent = 배터리가 부족하면 대기
    .about = 배터리 잔량이 이보다 적으면 전송을 멈추고 기다립니다.
    .none = 안 함
    .unit = %
setting-pause-in-power-saver = 절전 중에는 대기
    .about = 데스크톱이 절전 모드인 동안 전송을 멈추고 기다립니다.
setting-appearance = 스타일
    .about = 밝게 또는 어둡게 표시합니다.
    .system = 시스템에 따름
    .light = 밝게
    .dark = 어둡게
setting-contrast = 대비
    .about = 화면의 요소가 얼마나 또렷하게 보이는지 정합니다.
    .system = 시스템에 따름
    .normal = 보통
    .high = 높음
setting-accent = 색
    .about = 진행 중인 것과 다음에 할 것에 쓰는 색입니다.
    .system = 시스템에 따름
    .own = 파랑
setting-motion = 움직임
    .about = 창 안의 요소가 저절로 움직이는지 정합니다.
    .system = 시스템에 따름
    .full = 사용
    .reduced = 되도록 적게
setting-text-scale = 전체 크기
    .about = Ctrl과 더하기 또는 빼기 키로도 바꿀 수 있습니다.
    .unit = %
setting-connect-timeout = 연결 대기 시간
    .about = 서버가 이 시간 동안 응답하지 않으면 나중에 다시 시도합니다.
    .unit = 초
setting-silence-timeout = 무응답 대기 시간
    .about = 이 시간 동안 아무것도 오지 않으면 다시 연결합니다.
    .unit = 초
setting-min-split = 최소 조각 크기
    .about = 연결마다 적어도 이만큼 받을 것이 있을 때만 여러 연결로 나누어 받습니다.
setting-hardware-acceleration = 그래픽 카드로 그리기
    .about = 다음에 시작할 때부터 적용됩니다. 창이 이상하게 보이면 끄세요.

# Settings: times of the day
window-add = 시간대 추가
window-edit = 편집
window-earlier = 위로
window-done = 완료
window-days = 요일
window-hours = 시작과 끝
window-pace = 이 시간대의 동작
window-rest = 전송 안 함
window-limits = 다른 제한
window-downloads = 다운로드
window-uploads = 업로드
window-both = 합계
window-daily = 매일
window-and = { ", " }
window-when = { $days } { $hours }
window-rests = 전송 안 함
window-limit-down = 다운로드 최대 { $speed }
window-limit-up = 업로드 최대 { $speed }
window-limit-both = 합계 최대 { $speed }

# Settings: what is no value
wrong-number = { $least }에서 { $most }까지의 정수여야 합니다.
wrong-speed = 500 kB/s 또는 2.5 MB/s처럼 숫자와 단위를 입력하세요. 제한이 없으면 비워 두세요.
wrong-size = 500 MB 또는 5 GB처럼 숫자와 단위를 입력하세요.
wrong-small = { $least } 이상이어야 합니다.
wrong-proxy = http://proxy.example:3128 또는 socks5h://localhost:1080 형식이어야 합니다.
wrong-login = 사용자 이름과 암호는 빼세요. 누구나 읽을 수 있게 저장됩니다.
wrong-hours = 22:00–06:00 형식이어야 합니다.

# What a transfer needs from somebody
log-in = 로그인
log-in-sentence = { $host } 서버에 로그인해야 합니다.
new-link = 새 링크
new-link-sentence = 링크가 만료되었습니다. 같은 파일의 다른 링크를 입력하면 지금까지 받은 곳부터 이어집니다.
new-link-wrong = 주소가 아닙니다.

# The panel of particulars
tab-overview = 개요
tab-segments = 조각
tab-speed = 속도
tab-attempts = 시도
tab-answer = 응답
details-none = 전송을 선택하면 자세한 내용이 여기에 표시됩니다.
copy = 복사
open-part = 다운로드하면서 열기
notice-no-beginning = “{ $name }” 파일의 첫 부분을 아직 받지 못했습니다. 잠시 뒤에 다시 시도하세요.
detail-connections = 연결 수
detail-group = 그룹
detail-priority = 우선순위
detail-resumable = 일시 중지 후
resumable-yes = 멈춘 곳부터 이어짐
resumable-no = 처음부터 다시 시작함, 서버에서 이어서 전송할 수 없음
bound-own-limit = 이 전송의 속도 제한({ $speed }) 때문에 더 빨라지지 않습니다.
bound-all-limit = 모든 전송을 합친 속도 제한({ $speed }) 때문에 더 빨라지지 않습니다.
bound-limit = 속도 제한 때문에 더 빨라지지 않습니다.
bound-disk = 디스크의 쓰기 속도가 한계에 이르렀습니다.
bound-connection = 서버가 연결 하나에 이 속도까지만 내주며, 연결은 { $count }개까지만 쓸 수 있습니다.
bound-host = 서버가 연결을 { $count }개까지만 받습니다.
bound-network = 네트워크 속도가 한계에 이르렀습니다. 연결을 늘려도 더 빨라지지 않습니다.
bound-proxy = 프록시를 거치는 속도가 한계에 이르렀습니다. 연결을 늘려도 더 빨라지지 않습니다.
segments-none = 아직 파일에서 받은 부분이 없습니다.
segments-unknown = { $size } 분량을 받았습니다. 서버가 파일의 길이를 알려 주지 않았습니다.
segments-upload = 파일은 처음부터 끝까지 차례로 보냅니다.
segments-confirmed = 서버가 받았다고 확인한 양: { $amount }
segments-connections = 연결 { $count }개
connection-range = { $from } – { $until }
connection-from = { $from }부터
part-checked = 디스크에 저장되고 확인됨
part-safe = 디스크에 저장됨
part-arrived = 방금 받음
part-coming = 받는 중
part-missing = 아직 받지 않음
speed-now = 현재
speed-mean = 평균
speed-highest = 최고
speed-explained = 이 화면을 열어 둔 최근 몇 분 동안의 속도입니다.
speed-none = 이 전송은 진행 중이 아닙니다. 진행되는 동안 속도가 여기에 그려집니다.
speed-soon = 잠시 뒤 속도가 여기에 그려집니다.
attempts-none = 아직 시도하지 않았습니다.
attempts-before = 이보다 앞선 기록 { $count }개는 더 이상 보관하지 않습니다.
attempt-completed = 모두 도착했고 내용이 올바릅니다.
attempt-stopped = 끝나기 전에 중지되었습니다.
attempt-took = { $time } 걸림
attempt-moved = { $amount } 전송됨
happened-restarted = 사용자의 요청으로 처음부터 다시 시작했습니다.
happened-started-over = 처음부터 다시 시작했습니다: { $why }
happened-paused = 사용자가 일시 중지했습니다.
happened-link = 다른 주소로 바뀌었습니다.
happened-network = 네트워크가 없어 기다렸습니다.
answer-way = 요청 방식
answer-none = 보관된 서버 응답이 없습니다.
resume-from = 파일에서 계속
notice-no-picker = 이 데스크톱에서는 선택 대화 상자를 쓸 수 없습니다. “windlass get --resume-data 파일” 명령으로 같은 일을 할 수 있습니다.
notice-not-resume-data = “{ $name }”: 이어받기 데이터가 아니거나 손상되었습니다.
open-part-there = 받은 부분 열기

# Keys
main-menu = 메뉴
shortcuts = 키보드 단축키
keys-search = 단축키 검색
keys-none-found = “{ $words }”에 맞는 단축키가 없습니다.
keys-adding = 추가
keys-paste = 복사한 내용 추가
keys-chosen = 선택한 전송
keys-toggle = 일시 중지 또는 계속
keys-open = 파일 열기 또는 자세히 보기
keys-tabs = “자세히”의 다음 또는 이전 페이지
keys-queue = 대기열에서 위 또는 아래로 이동
keys-queue-ends = 대기열의 맨 앞 또는 맨 뒤로 이동
keys-menu = 할 수 있는 모든 작업
keys-choosing = 전송 선택
keys-rows = 위 또는 아래 항목
keys-pages = 한 페이지 위 또는 아래 항목
keys-ends = 첫 항목 또는 마지막 항목
keys-through = 처음 위치부터 여기까지 모두
keys-besides = 다른 선택을 유지하고 하나 더
keys-all-rows = 모두
keys-all = 모든 전송
keys-limit = 속도 제한 켜기 또는 끄기
keys-window = 창
keys-places = 전체, 진행 중, 일시 중지, 완료, 실패
keys-size = 전체 크기 키우기 또는 줄이기
keys-usual-size = 전체 크기를 평소대로
keys-close = 창 닫기(전송은 계속됨)
keys-moving = 이동
keys-next = 다음 또는 이전 버튼이나 입력란
keys-press = 버튼 누르기
keys-choices = 옆의 선택지
keys-leave = 대화 상자, “자세히”, 검색 또는 선택에서 나가기
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = 스페이스바
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = 메뉴 키

# What this program is
about = Windlass 정보
about-version = 버전 { $version }
about-sentence = 어떤 일이 있어도 전송을 잃지 않는 다운로드 및 업로드 관리자입니다.
about-licence = 자유 소프트웨어입니다. { $licence } 라이선스에 따라 사용할 수 있습니다.
about-transfers = 전송
about-log = 로그
about-copy = 문제 보고용으로 복사
about-copied = 복사했습니다
about-parts = 라이브러리
about-parts-sentence = 다음 라이브러리는 프로그램의 일부이며, 각각의 라이선스를 따릅니다.

# How much was moved
statistics = 통계
statistics-none = 아직 전송한 것이 없습니다. 이제부터 다운로드하고 업로드하는 양이 여기에 집계됩니다.
statistics-days = 최근 { $count }일
statistics-down = 다운로드
statistics-up = 업로드
statistics-completed = 완료
statistics-failed = 실패
statistics-today = 오늘
statistics-week = 이번 주
statistics-month = 이번 달
statistics-since = { $day }부터
statistics-day = { $day }: 다운로드 { $down }, 업로드 { $up }

# Groups
groups = 그룹
groups-none = 그룹은 전송을 하나로 묶습니다. 하나씩 차례로 진행하거나, 그룹만의 속도 제한이나 폴더를 쓸 수 있습니다.
group-add = 그룹 추가
group-times = 시간대
group-new = 새 그룹
group-title = 그룹 “{ $name }”
group-name = 이름
group-order = 순서
group-parallel = 모두 동시에
group-serial = 하나씩 차례로
group-limit = 그룹 전체의 속도 제한
group-folder = 그룹의 다운로드 폴더
group-folder-none = 기본 다운로드 폴더
group-at-most = 최대 { $speed }
group-done = { $all }개 중 { $done }개 완료
group-failed = { $count }개 실패
group-success = 모두 완료되면 실행
group-failure = 실패한 것이 있으면 실행
group-command = 프로그램과 인수
command-wrong = 명령이 아닙니다. 모든 따옴표를 닫아야 합니다.
group-taken = 같은 이름의 그룹이 있습니다.
group-remove = “{ $name }” 그룹을 제거할까요? 전송은 그대로 남습니다.
move-current = 그룹의 맨 앞으로
cost = 요금이 드는 네트워크
cost-free = 무료 네트워크 기다리기
cost-default = 데이터 요금제 안에서
cost-always = 그대로 사용

# Where nothing is listed
empty-paste = 링크나 링크가 든 텍스트를 붙여 넣으세요.
empty-drop = 링크나 파일을 이 창에 끌어다 놓으세요.
empty-folder = 다운로드 위치: { $folder }
empty-change = 변경…
nothing-search-on = 검색 지우기
nothing-show-all = 모두 보기
nothing-active = 진행 중이거나 대기 중인 전송이 없습니다.
nothing-paused = 일시 중지된 전송이 없습니다.
nothing-finished = 아직 완료된 전송이 없습니다.
nothing-failed = 실패한 전송이 없습니다.

# When all is done
when-done = 모두 완료되면…
when-nothing = 아무것도 안 함
when-quit = Windlass 종료
when-suspend = 컴퓨터를 절전 상태로 전환
when-power-off = 컴퓨터 전원 끄기
when-done-status = 모두 완료되면: { $what }
when-quit-in = 모두 완료되었습니다. { $seconds }초 뒤 Windlass를 종료합니다.
when-suspend-in = 모두 완료되었습니다. { $seconds }초 뒤 컴퓨터를 절전 상태로 전환합니다.
when-power-off-in = 모두 완료되었습니다. { $seconds }초 뒤 컴퓨터의 전원을 끕니다.
when-failed = 모두 완료되었지만 컴퓨터를 절전 상태로 전환하거나 전원을 끌 수 없었습니다.

# Destinations and sites
destinations = 보낼 곳
destinations-none = 보낼 곳은 파일을 보낼 위치에 붙이는 이름으로, 로그인 정보와 보내는 방식을 함께 저장합니다.
destination-add = 보낼 곳 추가
destination-new = 새로운 보낼 곳
destination-import = ShareX에서 가져오기…
destination-title = 보낼 곳 “{ $name }”
destination-taken = 같은 이름의 보낼 곳이 있습니다.
destination-remove = 보낼 곳 “{ $name }” 항목을 제거할까요? 이미 보낸 내용은 그대로 남습니다.
destination-copies = 파일을 보낸 뒤 링크 복사
destination-link = 링크를 찾을 위치
destination-link-wrong = 이것으로는 링크를 찾을 수 없습니다. {"{"}json:경로{"}"}, {"{"}header:이름{"}"}, {"{"}response{"}"} 중 하나를 쓸 수 있습니다.
destination-file-field = 파일을 넣을 필드의 이름
sites = 사이트
sites-none = 사이트는 로그인 정보, 폴더, 제한 등을 정해 둔 서버입니다. 그 서버와 주고받는 모든 전송에 적용됩니다.
site-add = 사이트 추가
site-new = 새 사이트
site-title = 사이트 { $name }
site-taken = 이미 사이트로 추가된 주소입니다.
site-remove = { $name } 사이트를 제거할까요? 이미 있는 전송은 바뀌지 않습니다.
site-url = 주소
site-url-about = 서버 전체 또는 서버의 한 폴더입니다.
site-usual = 설정에 따름
site-number = 정수여야 합니다.
site-timeout = 서버 대기 시간(초)
site-proxy-about = 주소를 입력하세요. 쓰지 않으려면 “direct”를 입력하세요.
site-proxy-wrong = http://proxy.example:3128 또는 socks5h://localhost:1080 형식이거나 “direct”여야 합니다.
site-cookies = 쿠키 파일
site-cookies-none = 없음
has-login = 로그인 정보 있음
host-key = 서버의 키
host-key-wrong = 서버의 키가 아닙니다. SHA256: 뒤에 43자가 오는 형식이어야 합니다.
login-password-missing = 암호도 입력하세요. 저장된 암호는 저장된 로그인 이름에만 쓸 수 있습니다.
secret-kept = 저장됨
secret-stays = 둘 다 비워 두면 저장된 정보를 그대로 씁니다.
secret-forget = 저장된 정보 지우기
secrets-kept = 키 모음에 저장됨
secrets-elsewhere = 저장된 로그인 정보는 이전 서버에만 쓸 수 있습니다. 다시 입력하세요.
secrets-go = 로그인 정보도 함께 지워집니다.
import-no-picker = 이 데스크톱에서는 선택 대화 상자를 쓸 수 없습니다. “windlass destinations import 파일” 명령으로 같은 일을 할 수 있습니다.
import-not-one = “{ $name }”: ShareX의 사용자 지정 업로더가 아닙니다.

# What is told when a transfer ends
telling = 알림
telling-usual = 평소대로
telling-words = 직접 입력
telling-nothing = 없음
telling-done = 문제없이 끝났을 때의 알림 내용
telling-placeholder = 사진이 도착했습니다
telling-wrong = 알림 내용을 입력하세요.

# Where a download finds no place, and a server that is not known
new-folder = 다른 폴더…
notice-no-folder-picker = 여기서는 선택 대화 상자를 쓸 수 없습니다. “windlass set ID folder=경로” 명령으로 같은 일을 할 수 있습니다.
trust-server = 이 서버 신뢰
trust-server-sentence = { $host } 서버가 알려지지 않은 키를 제시합니다. 서버 소유자가 알려 주는 키와 비교하세요. 누군가 중간에 끼어들었을 수 있습니다.
trust-server-yes = 이 서버의 키로 신뢰하기

# The menu of a field
field-cut = 잘라내기
field-paste = 붙여넣기
field-select-all = 모두 선택

# Room in the window
keys-panel = 세부 정보 패널을 크게 또는 작게
text-scale-followed = 데스크톱 설정을 따릅니다. 현재 { $percent }%입니다.

# At home on the desktop
setting-autostart = 로그인할 때 시작
    .about = 창 없이 시작합니다. 전송이 저절로 이어집니다.
autostart-reason = 로그인 후 전송을 이어 갑니다
job-title = 전송
notice-series = { $all }개 중 { $done }개 완료
setting-recent-files = 최근 파일
    .about = 완료된 다운로드를 데스크톱의 최근 파일에 넣습니다.
