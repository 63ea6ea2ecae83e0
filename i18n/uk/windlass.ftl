# Toolbar, tray, and what can be done with one transfer
add-download = Додати завантаження
add-upload = Додати вивантаження
pause-all = Призупинити все
resume-all = Продовжити все
clear-finished = Вилучити завершені
preferences = Налаштування
pause = Призупинити
resume = Продовжити
cancel = Скасувати
restart = Почати спочатку
send-again = Надіслати знову
remove = Вилучити
move-to-trash = Перемістити до смітника
open = Відкрити
show-in-folder = Показати в теці
copy-link = Копіювати посилання
details = Подробиці
close = Закрити
leave = Скасувати
back = Назад
dismiss = Закрити

# Main window
empty-title = Тут ще нічого немає
status-running = { $count ->
    [one] { $count } виконується
    [few] { $count } виконуються
    [many] { $count } виконуються
   *[other] { $count } виконується
}
status-idle = Нічого не виконується
status-total = { $count ->
    [one] { $count } передавання
    [few] { $count } передавання
    [many] { $count } передавань
   *[other] { $count } передавання
}
drop-hint = Відпустіть посилання, щоб завантажити, файли, щоб вивантажити

# Where a transfer stands
state-queued = У черзі
state-downloading = Завантаження
state-uploading = Вивантаження
state-verifying = Перевірка
state-completed = Завершено
state-cancelled = Скасовано
state-skipped = Пропущено: такий файл уже є
state-failed = Не вдалося
state-paused = Призупинено
state-waiting = Очікування
state-restart-needed = Зупинено: повторне надсилання може створити дублікат
state-changed = Зупинено: файл на сервері змінився
state-needs-link = Зупинено: посилання більше не працює
state-needs-login = Зупинено: потрібен вхід
state-network = Очікування мережі
state-metered = Очікування безкоштовної мережі
state-roaming = Очікування: це мережа іншого оператора
state-data-limit = Очікування: пакета даних не вистачить
state-battery = Очікування для заощадження заряду
state-retry = Повторна спроба о { $time }
state-schedule = Початок: { $time }
state-disk-space = Очікування місця на диску
state-answer = Завершено, відповідь сервера: { $status }
leftover = Залишилося на сервері
leftover-removing = Видаляється із сервера

# Amounts
amount = { $number } { $unit }
amount-of = { $done } з { $total } { $unit }
speed = { $amount }/s
time-left = залишилося { $time }
time-seconds = { $s } с
time-minutes = { $m } хв
time-minutes-seconds = { $m } хв { $s } с
time-hours = { $h } год { $m } хв
time-days = { $d } д { $h } год
separator = { " · " }

# Adding downloads
links = Посилання
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] По одному посиланню в рядку.
    [one] { $count } посилання.
    [few] { $count } посилання.
    [many] { $count } посилань.
   *[other] { $count } посилання.
}
links-left-out = { $count ->
    [one] Пропускається, бо це не адреса: { $which }
    [few] Пропускаються, бо це не адреси: { $which }
    [many] Пропускаються, бо це не адреси: { $which }
   *[other] Пропускаються, бо це не адреси: { $which }
}
folder = Тека
file-name = Назва файлу
file-name-placeholder = Як на сервері
choose = Вибрати…
start = Почати
no-picker = Стільниця не надає вікна вибору. Введіть шлях вручну.
path-not-whole = Введіть повний шлях, починаючи з «/».
name-not-plain = Назва файлу не може містити «/».

# Adding uploads
files = Файли
files-none = Файлів ще не вибрано.
file-placeholder = /шлях/до/файлу
add-file = Додати
choose-files = Вибрати файли…
choose-folder = Вибрати теку…
folder-tally = { $files ->
    [one] { $files } файл
    [few] { $files } файли
    [many] { $files } файлів
   *[other] { $files } файлу
} у { $folders ->
    [one] { $folders } теці
    [few] { $folders } теках
    [many] { $folders } теках
   *[other] { $folders } теки
}, { $size }
folder-left-out = { $count ->
    [one] пропущено { $count }: { $which }
    [few] пропущено { $count }, перший: { $which }
    [many] пропущено { $count }, перший: { $which }
   *[other] пропущено { $count }, перший: { $which }
} ({ $why ->
    [link-to-folder] посилання на теку
    [link-to-outside] посилання за межі теки
    [link-to-nothing] посилання в нікуди
    [no-file] не звичайний файл
    [empty-folder] порожня тека
   *[unreadable] не вдається прочитати
})
address = Адреса
address-placeholder = https://example.org/upload
more = Більше
less = Менше
way = Спосіб
way-auto = Автоматично
way-form = Форма
way-resumable = HTTP із продовженням
way-hint = { $way ->
    [webdav] Назва з’являється лише тоді, коли файл передано повністю.
    [s3] Об’єкт за адресою https://server/bucket/name. Укажіть обидва ключі в адресі: https://key:secret@server/…
    [resumable] Продовжується після обриву, як описано в проєкті вебстандарту.
    [google] Сеанс служб Google; продовжується після обриву.
    [post] Один запит. Якщо надіслати двічі, файл може опинитися там двічі.
    [put] Один запит, який зберігає файл саме за цією адресою або всередині неї, якщо вона закінчується на «/». Його можна безпечно повторити.
    [form] Так, як надсилає браузер.
    [tus] Продовжується після обриву.
   *[auto] Windlass дізнається в сервера, який спосіб йому підходить найкраще.
}
fields = Поля
fields-placeholder = назва=значення, по одному в рядку
field-wrong = «{ $line }» — не поле. Воно має виглядати як «назва=значення».
headers = Заголовки
headers-placeholder = Назва: значення, по одному в рядку
header-wrong = «{ $line }» — не заголовок. Він має виглядати як «Назва: значення».
destination = Місце призначення
destination-save = Зберегти як місце призначення
destination-name = Назва
destination-name-wrong = Місцю призначення потрібна коротка назва, яка не є адресою.
destination-kept = Збережено.
save = Зберегти
if-exists = Якщо назву зайнято
if-exists-fail = Залишити як є
if-exists-rename = Взяти нову назву
if-exists-overwrite = Замінити
if-exists-skip = Пропустити файл
limit = Обмеження швидкості
limit-placeholder = 500K або 2M за секунду; порожньо — без обмеження
speed-wrong = Це не швидкість. Вона має виглядати як 500K або 2M.
files-clash = За адресою { $address } збереглося б кілька файлів. Укажіть адресу теки, що закінчується на «/», і файли з різними назвами.

# Questions
remove-question = Вилучити «{ $name }»?
remove-loss = Уже отримані дані ({ $amount }) буде видалено.
remove-loss-upload = Вивантаження припиниться; уже надіслане може залишитися на сервері.
remove-loss-upload-begun = Вивантаження припиниться; уже надіслане буде видалено із сервера.
restart-question = Почати «{ $name }» спочатку?
restart-loss = Уже отримані дані ({ $amount }) буде завантажено знову.
quit-question = { $count ->
    [one] Виконується { $count } передавання
    [few] Виконуються { $count } передавання
    [many] Виконуються { $count } передавань
   *[other] Виконується { $count } передавання
}
quit-explained = Передавання можуть тривати без цього вікна. Після виходу їх буде призупинено, а наступного разу вони продовжаться.
keep-running = Продовжити у фоні
pause-and-quit = Призупинити і вийти
quit = Вийти

# Details
detail-address = Адреса
detail-found-at = Кінцева адреса
detail-destination = Призначення
detail-link = Посилання
detail-file = Файл
detail-added = Додано
detail-finished = Закінчено
detail-answer = Відповідь сервера
detail-checked = Перевірка
checked-checksum = контрольна сума ({ $algorithm }) і довжина
checked-etag = мітка версії із сервера і довжина
checked-length = довжина, вказана сервером
checked-none = немає; сервер не вказав ні довжини, ні версії

# Messages
gone-title = Сеанс завершено
gone-explained = Передавання призупинено і збережено. Запустіть Windlass знову, щоб продовжити.
problem-title = Не вдається запустити Windlass
problem-locked = Інший Windlass використовує цей профіль. Завершіть його або дочекайтеся його завершення й запустіть знову.
problem-newer = Список передавань записано новішою версією Windlass і залишено без змін. Скористайтеся новішою версією.
problem-unusable = Не вдається використати { $path }: { $reason }. Перевірте права доступу і диск.
notice-background = Передавання тривали, поки вікно було закрите.
notice-cannot-open = Не вдалося відкрити «{ $name }».
notice-restored = Список передавань було пошкоджено. Використовується попередній; пошкоджений збережено як { $path }.
notice-settings = Не вдалося прочитати налаштування, їх залишено без змін: { $path }

# Notifications and tray
notice-download-done = Завантажено: { $name }
notice-upload-done = Вивантажено: { $name }
notice-failed = { $name }: передавання не вдалося. { $reason }
notice-group-done = Усе в «{ $name }» завершено
notice-group-failed = 
    { $count ->
        [one] У «{ $name }» не вдалося { $count } передавання
        [few] У «{ $name }» не вдалися { $count } передавання
        [many] У «{ $name }» не вдалися { $count } передавань
       *[other] У «{ $name }» не вдалося { $count } передавання
    }
notice-open = Відкрити
notice-show = Показати в теці
awake-reason = Виконуються передавання
sleep-delay-reason = Зберігається поступ передавань
tray-open = Відкрити Windlass
tray-idle = Windlass: нічого не виконується
tray-running = { $count ->
    [one] Windlass: виконується { $count } передавання
    [few] Windlass: виконуються { $count } передавання
    [many] Windlass: виконуються { $count } передавань
   *[other] Windlass: виконується { $count } передавання
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Назва сервера невідома
    .advice = Перевірте адресу і мережу.
error-cannot-connect = Сервер не відповідає
    .advice = Можливо, він не працює; спробуйте пізніше.
error-server-unreachable = Сервер недоступний
    .advice = Перевірте мережу.
error-timeout = Сервер відповідав надто довго
    .advice = Спробуйте пізніше.
error-connection-aborted = З’єднання перервано
    .advice = Натисніть «Продовжити», щоб передавати далі.
error-certificate-common-name-is-incorrect = Сертифікат сервера видано на іншу назву
    .advice = Перевірте адресу.
error-certificate-expired = Термін дії сертифіката сервера минув
    .advice = Перевірте годинник комп’ютера або зверніться до власника сайту.
error-certificate-revoked = Сертифікат сервера відкликано
    .advice = Зверніться до власника сайту.
error-certificate-is-invalid = Сертифікат сервера не є довіреним
    .advice = Зверніться до власника сайту.
error-host-key-not-trusted = Ключ сервера не є довіреним
    .advice = Дізнайтеся правильний ключ у власника сервера і довіряйте лише йому.
error-redirect-failed = Сервер нескінченно переспрямовує з адреси на адресу
    .advice = Перевірте посилання.
error-https-to-http-on-redirection = Сервер переспрямовує з безпечної адреси на небезпечну
    .advice = Скористайтеся кінцевою адресою, якщо довіряєте їй.
error-error-http-invalid-server-response = Відповідь сервера не вдається зрозуміти
    .advice = Спробуйте пізніше.
error-insufficient-range-support = Сервер не може продовжити із середини
    .advice = Почніть спочатку.
error-secret-not-found = Дані для входу не знайдено
    .advice = Розблокуйте сховище ключів і продовжте або додайте передавання знову з даними для входу.
error-unauthorized = Сервер вимагає входу
    .advice = Увійдіть з іменем користувача і паролем.
error-forbidden = Сервер відмовляє в доступі
    .advice = Перевірте посилання і дані для входу.
error-not-found = На сервері немає такого файлу
    .advice = Перевірте посилання.
error-proxy-authentication-required = Проксі-сервер вимагає входу
    .advice = Додайте передавання знову з іменем користувача і паролем для проксі-сервера.
error-proxy-unreachable = Проксі-сервер не відповідає
    .advice = Перевірте налаштування проксі-сервера і мережу.
error-proxy-refused = Проксі-сервер не пропускає це з’єднання
    .advice = Перевірте налаштування проксі-сервера або зверніться до його адміністратора.
error-gone = Цього файлу більше немає
    .advice = Знайдіть нове посилання.
error-locked = Файл на сервері використовується
    .advice = Спробуйте пізніше.
error-insufficient-storage = На сервері не залишилося місця
    .advice = Продовжте, коли місце з’явиться.
error-request-entity-too-large = Файл завеликий для сервера
    .advice = Дізнайтеся, який розмір він приймає.
error-requested-range-not-satisfiable = На сервері менше байтів, ніж раніше
    .advice = Почніть спочатку.
error-too-many-requests = Сервер просить надсилати менше запитів
    .advice = Спробуйте пізніше.
error-unexpected-client-error = Сервер відхиляє запит
    .advice = Перевірте адресу.
error-internal-server-error = На сервері сталася помилка
    .advice = Спробуйте пізніше.
error-unexpected-status-code = Відповідь сервера — не файл
    .advice = Перевірте посилання.
error-operation-canceled = Передавання скасовано
    .advice = Почніть спочатку, щоб повторити його.
error-invalid-proxy = Це не адреса проксі-сервера
    .advice = Вона має виглядати як http://proxy.example:3128.
error-invalid-url = Це не адреса
    .advice = Вона має виглядати як https://example.org/file.
error-unsupported-scheme = Адреси цього виду не підтримуються
    .advice = Використовуйте http, https, ftp, ftps, ftpes або sftp.
error-truncated = Сервер закінчив раніше, ніж скінчився файл
    .advice = Продовжте, щоб отримати решту.
error-changed = Файл на сервері тепер інший
    .advice = Почніть спочатку, щоб отримати новий.
error-checksum-mismatch = Файл не відповідає контрольній сумі
    .advice = Почніть спочатку або знайдіть інше джерело.
error-disk-full = Диск заповнено
    .advice = Звільніть місце; передавання продовжиться саме.
error-permission-denied = Немає прав на запис у це місце
    .advice = Виберіть іншу теку.
error-read-only = Диск доступний лише для читання
    .advice = Виберіть іншу теку.
error-file-missing = Файлу немає на місці
    .advice = Перевірте шлях до нього.
error-file-changed = Файл за цей час змінився
    .advice = Почніть спочатку, щоб надіслати його в теперішньому вигляді.
error-file-exists = Назву зайнято
    .advice = Виберіть іншу назву.
error-already-complete = Файл уже повністю передано на сервер
    .advice = Він залишиться там; видаліть його на сервері, якщо він не потрібен.
error-io = Диск повідомляє про помилку
    .advice = Перевірте диск, а тоді продовжте.
error-ftp = Сервер відхиляє команду
    .advice = Перевірте адресу.
error-result-unknown = Усе надіслано, але відповідь не надійшла
    .advice = Перш ніж надсилати знову, перевірте, що є на сервері.
error-not-resumable = Передавання не можна продовжити
    .advice = Почніть спочатку.

# The main screen: columns, places, menus.
column-name = Назва
column-progress = Поступ
column-size = Розмір
column-speed = Швидкість
column-time-left = Залишилося
column-status = Стан
column-added = Додано
column-priority = Пріоритет
percent = { $number }%
number = { $number }
priority-high = Високий
priority-normal = Звичайний
priority-low = Низький
search = Пошук
sidebar = Бічна панель
sidebar-groups = Групи
sidebar-destinations = Місця призначення
sidebar-files = Файли
place-all = Усі
place-active = Активні
place-paused = Призупинені
place-finished = Завершені
place-failed = Невдалі
place-downloads = Завантаження
place-uploads = Вивантаження
place-pictures = Зображення
place-music = Музика
place-videos = Відео
place-documents = Документи
place-archives = Архіви
place-programs = Програми
nothing-found = За запитом «{ $words }» нічого не знайдено.
nothing-here = Тут нічого немає.
copy-address = Копіювати посилання
move-first = На початок
move-up = Вище
move-down = Нижче
move-last = У кінець
held-network = Очікування мережі
held-metered = Очікування: ця мережа платна
held-roaming = Очікування: роумінг
held-data-limit = Очікування: пакет даних вичерпано
held-battery = Очікування живлення
held-disk-space = Очікування: диск заповнено
status-chosen = { $count ->
    [one] Вибрано: { $count }
    [few] Вибрано: { $count }
    [many] Вибрано: { $count }
   *[other] Вибрано: { $count }
}
status-free = Вільно { $size }
limit-none = Без обмеження
undo = Скасувати
notice-removed = { $count ->
    [one] Зі списку вилучено { $count } передавання.
    [few] Зі списку вилучено { $count } передавання.
    [many] Зі списку вилучено { $count } передавань.
   *[other] Зі списку вилучено { $count } передавання.
}
notice-trashed = Вилучено зі списку. Те, що отримано, переміститься до смітника.
notice-not-trashed = Не вдалося перемістити «{ $name }» до смітника. Файл залишається на місці.
remove-several-question = { $count ->
    [one] Вилучити { $count } передавання?
    [few] Вилучити { $count } передавання?
    [many] Вилучити { $count } передавань?
   *[other] Вилучити { $count } передавання?
}
remove-several-loss = Їх не завершено. Уже отримані дані ({ $amount }) буде видалено.
restart-several-question = { $count ->
    [one] Почати { $count } передавання спочатку?
    [few] Почати { $count } передавання спочатку?
    [many] Почати { $count } передавань спочатку?
   *[other] Почати { $count } передавання спочатку?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = «{ $which }»: завантаження з адрес, що починаються з «{ $scheme }:», неможливе.
adding-invalid = «{ $which }» — неповна адреса.
adding-too-many = «{ $which }» означає забагато файлів. Укажіть менший діапазон.
adding-too-long = Цей текст задовгий.
adding-sends = Ця команда щось надсилає на сервер. Виконайте це у браузері.
adding-option = У цій команді є невідомий тут параметр: { $option }
adding-unfinished = Ця команда неповна. Скопіюйте її цілком.
adding-relative = «{ $which }» — лише частина адреси.
adding-metalink = Не вдається прочитати цей Metalink.
adding-more-left-out = { $count ->
    [one] Ще { $count } посилання завантажити не можна.
    [few] Ще { $count } посилання завантажити не можна.
    [many] Ще { $count } посилань завантажити не можна.
   *[other] Ще { $count } посилання завантажити не можна.
}
chosen-count = Вибрано { $chosen } з { $count }
choose-all = Вибрати все
choose-none = Зняти вибір
link-there = Уже в списку
link-twice = Двічі в тексті
link-there-sentence = Це посилання вже є в списку.
show-it = Показати
get-again = Завантажити знову
probe-asking = Запит до сервера…
probe-size-unknown = Розмір невідомий
probe-resumable = можна продовжити
probe-not-resumable = не можна продовжити
probe-page = Це посилання веде на вебсторінку.
name-taken = У теці вже є файл із такою назвою.
group = Група
group-placeholder = Немає
group-wrong = Групі потрібна назва щонайбільше зі 100 літер.
checksum = Контрольна сума
checksum-wrong = Це не контрольна сума. Вона має виглядати як sha-256:9f86d0…
login-name = Ім’я користувача
login-name-missing = До пароля потрібне ім’я користувача.
login-password = Пароль
start-at = Час початку
start-at-placeholder = 22:30 або +2h30m
start-at-wrong = Це не час. Він має виглядати як 22:30 або +2h30m.
speed-placeholder = 500K або 2M за секунду
connections = З’єднання
connections-placeholder = Автоматично
connections-wrong = Введіть число від 1 до 255.
priority = Пріоритет
said-to-all = Дані для входу і заголовки надсилаються кожному серверу зі списку вище.

# Settings: sections, search, and what all of them have
settings-general = Загальні
settings-transfers = Передавання
settings-speed = Швидкість і розклад
settings-data = Мережа й дані
settings-desktop = Сповіщення й стільниця
settings-appearance = Вигляд
settings-advanced = Додатково
settings-search = Пошук
settings-found = Результати пошуку
settings-none-found = Немає налаштувань за запитом «{ $words }».
settings-refused = Зміну не збережено: { $reason }
setting-back = Повернути типове
setting-fewer = Менше
setting-more = Більше
no-limit = Без обмеження
weekday = { $day ->
    [1] Пн
    [2] Вт
    [3] Ср
    [4] Чт
    [5] Пт
    [6] Сб
   *[other] Нд
}

# Settings: each of them
setting-download-folder = Тека для завантажень
    .about = Куди потрапляють завантаження, якщо не вказано інше.
setting-language = Мова
    .about = Мова цього вікна і повідомлень.
    .system = Як у системі
setting-max-running = Одночасні передавання
    .about = Інші чекають своєї черги.
setting-max-per-host = Одночасні передавання з одного сервера
    .about = Деякі сервери дозволяють лише кілька.
    .none = Без обмеження
setting-retries = Спроби до відмови
    .about = Скільки разів поспіль повторювати передавання, якщо не надходить жодного байта.
setting-on-change = Якщо файл на сервері змінився
    .about = Що відбувається з уже розпочатим завантаженням.
    .pause = Зупинити і запитати
    .restart = Почати спочатку
setting-find-checksums = Шукати контрольні суми
    .about = Якщо поруч із файлом на сервері є файл контрольних сум, завантаження перевіряється за ним.
setting-download-limit = Швидкість завантаження
    .about = Найбільша швидкість усіх завантажень разом.
setting-upload-limit = Швидкість вивантаження
    .about = Найбільша швидкість усіх вивантажень разом.
setting-speed-limit = Загальна швидкість
    .about = Найбільша швидкість завантажень і вивантажень разом.
setting-windows = Розклад
    .about = Коли діють інші обмеження або нічого не виконується. Якщо збігається кілька проміжків, діє верхній.
setting-data-plan = Пакет даних
    .about = Скільки можна передати платними мережами, наприклад через телефон.
setting-data-plan-period = Термін пакета
    .about = Після цього відлік починається знову.
    .day = День
    .week = Тиждень
    .month = Місяць
setting-data-plan-begins = День початку пакета
    .about = День тижня або місяця, коли відлік починається знову.
setting-keep-to-data-plan = Ніколи не перевищувати пакет
    .about = Понад пакет не передається нічого, навіть те, чому дозволено витрати.
setting-proxy = Проксі-сервер
    .about = Сервер, через який ідуть усі з’єднання. Дані для входу на нього вказують у самих передаваннях.
    .system = Як у системі
    .direct = Немає
    .own = Вручну
setting-notifications = Сповіщення
    .about = Повідомляти, коли передавання завершено або не вдалося.
setting-inhibit-sleep = Не давати комп’ютеру заснути
    .about = Він не засинає сам, поки виконуються передавання.
setting-pause-on-battery = Чекати під час роботи від батареї
    .about = Передавання продовжаться, коли комп’ютер знову буде під’єднано до живлення.
setting-pause-below-percent = Чекати за низького заряду батареї
    .about = Передавання чекають, якщо заряд батареї менший за вказаний.
    .none = Ніколи
    .unit = %
setting-pause-in-power-saver = Чекати в режимі енергоощадження
    .about = Передавання чекають, поки на стільниці ввімкнено енергоощадження.
setting-appearance = Стиль
    .about = Світлий або темний.
    .system = Як у системі
    .light = Світлий
    .dark = Темний
setting-contrast = Контраст
    .about = Наскільки чітко все виділяється.
    .system = Як у системі
    .normal = Звичайний
    .high = Високий
setting-accent = Колір
    .about = Колір того, що виконується, і наступного кроку.
    .system = Як у системі
    .own = Синій
setting-motion = Анімація
    .about = Чи рухаються елементи вікна самі.
    .system = Як у системі
    .full = Так
    .reduced = Якомога менше
setting-text-scale = Масштаб інтерфейсу
    .about = Його можна змінювати й клавішами Ctrl та плюс або мінус.
    .unit = %
setting-connect-timeout = Очікування з’єднання
    .about = Якщо сервер не відповідає стільки часу, спробу буде повторено пізніше.
    .unit = с
setting-silence-timeout = Очікування даних
    .about = Якщо стільки часу нічого не надходить, з’єднання встановлюється знову.
    .unit = с
setting-min-split = Найменша частина
    .about = Файл завантажується через кілька з’єднань, лише якщо на кожне припадає щонайменше такий обсяг даних.
setting-hardware-acceleration = Малювати за допомогою відеокарти
    .about = Діє з наступного запуску. Вимкніть, якщо вікно виглядає неправильно.

# Settings: times of the day
window-add = Додати проміжок
window-edit = Змінити
window-earlier = Вище
window-done = Готово
window-days = Дні
window-hours = Час
window-pace = У цей час
window-rest = Нічого не виконується
window-limits = Інші обмеження
window-downloads = Завантаження
window-uploads = Вивантаження
window-both = Разом
window-daily = Щодня
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Нічого не виконується
window-limit-down = Завантаження щонайбільше { $speed }
window-limit-up = Вивантаження щонайбільше { $speed }
window-limit-both = Разом щонайбільше { $speed }

# Settings: what is no value
wrong-number = Введіть ціле число від { $least } до { $most }.
wrong-speed = Введіть число й одиницю, наприклад 500 kB/s або 2,5 MB/s. Залиште порожнім, щоб не обмежувати.
wrong-size = Введіть число й одиницю, наприклад 500 MB або 5 GB.
wrong-small = Значення має бути не менше ніж { $least }.
wrong-proxy = Значення має виглядати як http://proxy.example:3128 або socks5h://localhost:1080.
wrong-login = Не вказуйте ім’я і пароль: їх було б записано у відкритому вигляді.
wrong-hours = Значення має виглядати як 22:00–06:00.

# What a transfer needs from somebody
log-in = Увійти
log-in-sentence = { $host } вимагає входу.
new-link = Нове посилання
new-link-sentence = Термін дії посилання минув. Укажіть інше на той самий файл, і передавання продовжиться з того самого місця.
new-link-wrong = Це не адреса.

# The panel of particulars
tab-overview = Огляд
tab-segments = Частини
tab-speed = Швидкість
tab-attempts = Спроби
tab-answer = Відповідь
details-none = Виберіть передавання, щоб побачити тут усе про нього.
copy = Копіювати
open-part = Відкрити під час завантаження
notice-no-beginning = Початок «{ $name }» ще не завантажено. Спробуйте трохи пізніше.
detail-connections = З’єднання
detail-group = Група
detail-priority = Пріоритет
detail-resumable = Після паузи
resumable-yes = продовжиться з місця зупинки
resumable-no = почнеться спочатку; сервер не може продовжити із середини
bound-own-limit = Швидкість зумовлена обмеженням цього передавання: { $speed }.
bound-all-limit = Швидкість зумовлена спільним обмеженням усіх передавань: { $speed }.
bound-limit = Швидкість зумовлена одним з обмежень.
bound-disk = Диск не може працювати швидше.
bound-connection = { $count ->
    [one] Сервер не дає одному з’єднанню більшої швидкості, а відкрити більше ніж { $count } з’єднання не можна.
    [few] Сервер не дає одному з’єднанню більшої швидкості, а відкрити більше ніж { $count } з’єднання не можна.
    [many] Сервер не дає одному з’єднанню більшої швидкості, а відкрити більше ніж { $count } з’єднань не можна.
   *[other] Сервер не дає одному з’єднанню більшої швидкості, а відкрити більше ніж { $count } з’єднання не можна.
}
bound-host = { $count ->
    [one] Сервер дозволяє не більше ніж { $count } з’єднання.
    [few] Сервер дозволяє не більше ніж { $count } з’єднання.
    [many] Сервер дозволяє не більше ніж { $count } з’єднань.
   *[other] Сервер дозволяє не більше ніж { $count } з’єднання.
}
bound-network = Мережу зайнято повністю; додаткові з’єднання не додадуть швидкості.
bound-proxy = Шлях через проксі-сервер зайнято повністю; додаткові з’єднання не додадуть швидкості.
segments-none = Жодної частини файлу ще не отримано.
segments-unknown = Отримано { $size }. Сервер не повідомив довжини файлу.
segments-upload = Файл вивантажується послідовно, від початку до кінця.
segments-confirmed = Сервер підтвердив отримання: { $amount }.
segments-connections = { $count ->
    [one] { $count } з’єднання
    [few] { $count } з’єднання
    [many] { $count } з’єднань
   *[other] { $count } з’єднання
}
connection-range = { $from } – { $until }
connection-from = від { $from } до кінця
part-checked = На диску й перевірено
part-safe = На диску
part-arrived = Щойно отримано
part-coming = З’єднання
part-missing = Ще не отримано
speed-now = Зараз
speed-mean = Середня
speed-highest = Найбільша
speed-explained = Останні хвилини, поки ця панель була відкрита.
speed-none = Це передавання зараз не виконується. Під час виконання тут показано графік його швидкості.
speed-soon = Графік швидкості незабаром з’явиться тут.
attempts-none = Спроб ще не було.
attempts-before = { $count ->
    [one] { $count } давніший запис уже не зберігається.
    [few] { $count } давніші записи вже не зберігаються.
    [many] { $count } давніших записів уже не зберігаються.
   *[other] { $count } давнішого запису вже не зберігається.
}
attempt-completed = Усе передано, і все правильно.
attempt-stopped = Зупинено до завершення.
attempt-took = тривало { $time }
attempt-moved = передано { $amount }
happened-restarted = Почато спочатку за бажанням користувача.
happened-started-over = Почато спочатку: { $why }
happened-paused = Користувач призупинив передавання.
happened-link = Адресу змінено.
happened-network = Мережі не було, передавання чекало на неї.
answer-way = Спосіб запиту
answer-none = З відповіді сервера нічого не збережено.
resume-from = Продовжити з файлу
notice-no-picker = Стільниця не надає вікна вибору. Те саме робить команда «windlass get --resume-data ФАЙЛ».
notice-not-resume-data = Файл «{ $name }» не містить даних для продовження або пошкоджений.
open-part-there = Відкрити завантажену частину

# Keys
main-menu = Меню
shortcuts = Клавіатурні скорочення
keys-search = Пошук клавіш
keys-none-found = Немає клавіш за запитом «{ $words }».
keys-adding = Додавання
keys-paste = Додати скопійоване
keys-chosen = Вибрані передавання
keys-toggle = Призупинити або продовжити
keys-open = Відкрити файл або показати подробиці
keys-tabs = Наступна або попередня вкладка подробиць
keys-queue = Перемістити вище або нижче в черзі
keys-queue-ends = Перемістити на початок або в кінець черги
keys-menu = Усі доступні дії
keys-choosing = Вибір передавань
keys-rows = Передавання вище або нижче
keys-pages = На сторінку вище або нижче
keys-ends = Перше або останнє
keys-through = Усі аж до цього передавання
keys-besides = Ще одне разом із вибраними
keys-all-rows = Усі
keys-all = Усі передавання
keys-limit = Увімкнути або вимкнути обмеження швидкості
keys-window = Вікно
keys-places = Усі, активні, призупинені, завершені, невдалі
keys-size = Збільшити або зменшити масштаб
keys-usual-size = Звичайний масштаб
keys-close = Закрити вікно; передавання триватимуть
keys-moving = Переміщення у вікні
keys-next = Наступна або попередня кнопка чи поле
keys-press = Натиснути кнопку
keys-choices = Сусідній варіант
keys-leave = Вийти з діалогу, подробиць чи пошуку або зняти вибір
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Пробіл
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = Меню

# What this program is
about = Про Windlass
about-version = Версія { $version }
about-sentence = Менеджер завантажень і вивантажень, передавання в якому витримають будь-що.
about-licence = Вільна програма. Її можна використовувати на умовах { $licence }.
about-transfers = Передавання
about-log = Журнал
about-copy = Копіювати для звіту
about-copied = Скопійовано
about-parts = Бібліотеки
about-parts-sentence = Ці бібліотеки є частиною програми, кожна — на умовах своєї ліцензії.

# How much was moved
statistics = Статистика
statistics-none = Ще нічого не передано. Відтепер тут враховується все, що завантажується і вивантажується.
statistics-days = { $count ->
    [one] Останній { $count } день
    [few] Останні { $count } дні
    [many] Останні { $count } днів
   *[other] Останні { $count } дня
}
statistics-down = Отримано
statistics-up = Надіслано
statistics-completed = Завершено
statistics-failed = Не вдалося
statistics-today = Сьогодні
statistics-week = Цього тижня
statistics-month = Цього місяця
statistics-since = З { $day }
statistics-day = { $day }: отримано { $down }, надіслано { $up }

# Groups
groups = Групи
groups-none = Група об’єднує передавання: вони йдуть по черзі, з власним обмеженням швидкості або до власної теки.
group-add = Додати групу
group-times = Розклад
group-new = Нова група
group-title = Група «{ $name }»
group-name = Назва
group-order = Порядок
group-parallel = Усі одразу
group-serial = По черзі
group-limit = Обмеження швидкості всієї групи
group-folder = Тека для завантажень групи
group-folder-none = Тека для завантажень
group-at-most = щонайбільше { $speed }
group-done = Завершено { $done } з { $all }
group-failed = Не вдалося: { $count }
group-success = Коли все завершено, запустити
group-failure = Якщо щось не вдалося, запустити
group-command = Програма та її аргументи
command-wrong = Це не команда. Кожні лапки мають бути закриті.
group-taken = Група з такою назвою вже є.
group-remove = Вилучити групу «{ $name }»? Її передавання залишаться.
move-current = На початок групи
cost = Платні мережі
cost-free = Чекати на безкоштовну мережу
cost-default = У межах пакета даних
cost-always = Усе одно використовувати

# Where nothing is listed
empty-paste = Вставте посилання або будь-який текст із посиланнями.
empty-drop = Перетягніть посилання або файли в це вікно.
empty-folder = Завантаження зберігаються в { $folder }
empty-change = Змінити…
nothing-search-on = Очистити пошук
nothing-show-all = Показати всі
nothing-active = Немає передавань, що виконуються або очікують.
nothing-paused = Нічого не призупинено.
nothing-finished = Ще нічого не завершено.
nothing-failed = Невдалих передавань немає.

# When all is done
when-done = Коли все завершиться…
when-nothing = Нічого не робити
when-quit = Вийти з Windlass
when-suspend = Приспати комп’ютер
when-power-off = Вимкнути комп’ютер
when-done-status = Коли все завершиться: { $what }
when-quit-in = Усе завершено. Windlass закриється через { $seconds } с.
when-suspend-in = Усе завершено. Комп’ютер буде приспано через { $seconds } с.
when-power-off-in = Усе завершено. Комп’ютер буде вимкнено через { $seconds } с.
when-failed = Усе завершено, але комп’ютер не вдалося приспати або вимкнути.

# Destinations and sites
destinations = Місця призначення
destinations-none = Місце призначення — це назва місця, куди надсилаються файли, разом із даними для входу і способом надсилання.
destination-add = Додати місце призначення
destination-new = Нове місце призначення
destination-import = Імпортувати із ShareX…
destination-title = Місце призначення «{ $name }»
destination-taken = Місце призначення з такою назвою вже є.
destination-remove = Вилучити місце призначення «{ $name }»? Усе, що туди надіслано, залишиться.
destination-copies = Копіювати посилання після надсилання файлу
destination-link = Де взяти посилання
destination-link-wrong = Так посилання не знайти. Можна вказати {"{"}json:ШЛЯХ{"}"}, {"{"}header:НАЗВА{"}"} або {"{"}response{"}"}.
destination-file-field = Назва поля з файлом
sites = Сайти
sites-none = Сайт — це сервер, для якого щось задано: дані для входу, тека або обмеження для всього, що надходить звідти чи надсилається туди.
site-add = Додати сайт
site-new = Новий сайт
site-title = Сайт { $name }
site-taken = Сайт із цією адресою вже є.
site-remove = Вилучити сайт { $name }? Уже додані передавання збережуть свої параметри.
site-url = Адреса
site-url-about = Увесь сервер або тека на ньому.
site-usual = Як у налаштуваннях
site-number = Введіть ціле число.
site-timeout = Очікування сервера, с
site-proxy-about = Адреса або «direct», щоб не використовувати проксі-сервер.
site-proxy-wrong = Значення має виглядати як http://proxy.example:3128 чи socks5h://localhost:1080 або бути «direct».
site-cookies = Файл із куками
site-cookies-none = Немає
has-login = З даними для входу
host-key = Ключ сервера
host-key-wrong = Це не ключ сервера. Він має складатися із «SHA256:» і ще 43 символів.
login-password-missing = Введіть і пароль: збережений стосується збереженого імені користувача.
secret-kept = Збережено
secret-stays = Залиште обидва поля порожніми, щоб нічого не змінювати.
secret-forget = Забути
secrets-kept = Зберігається у сховищі ключів
secrets-elsewhere = Збережені дані для входу стосуються лише попереднього сервера. Введіть їх знову.
secrets-go = Дані для входу теж буде видалено.
import-no-picker = Стільниця не надає вікна вибору. Те саме робить команда «windlass destinations import ФАЙЛ».
import-not-one = Файл «{ $name }» — не користувацький вивантажувач ShareX (custom uploader).

# What is told when a transfer ends
telling = Сповіщення
telling-usual = Як зазвичай
telling-words = Власний текст
telling-nothing = Немає
telling-done = Текст у разі успішного завершення
telling-placeholder = Фотографії вже тут
telling-wrong = Введіть текст сповіщення.

# Where a download finds no place, and a server that is not known
new-folder = Інша тека…
notice-no-folder-picker = Вікно вибору тут недоступне. Те саме робить команда «windlass set ID folder=ШЛЯХ».
trust-server = Довіряти цьому серверу
trust-server-sentence = { $host } надає невідомий тут ключ. Порівняйте його з тим, який назве власник сервера: з’єднання може перехоплювати хтось інший.
trust-server-yes = Довіряти ключу для цього сервера

# The menu of a field
field-cut = Вирізати
field-paste = Вставити
field-select-all = Вибрати все

# Room in the window
keys-panel = Збільшити або зменшити панель подробиць
text-scale-followed = Як хоче стільниця, зараз { $percent } %.

# At home on the desktop
setting-autostart = Запускати під час входу
    .about = Без вікна. Передавання тривають самі.
autostart-reason = Передавання тривають після входу
job-title = Передавання
notice-series = Завершено { $done } з { $all }
setting-recent-files = Нещодавні файли
    .about = Додавати завершені завантаження до нещодавніх файлів стільниці.
