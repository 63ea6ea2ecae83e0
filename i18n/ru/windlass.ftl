# Toolbar, tray, and what can be done with one transfer
add-download = Добавить загрузку
add-upload = Добавить отправку
pause-all = Приостановить все
resume-all = Возобновить все
clear-finished = Убрать завершённые
preferences = Настройки
pause = Приостановить
resume = Возобновить
cancel = Отменить
restart = Начать заново
send-again = Отправить снова
remove = Убрать
move-to-trash = Переместить в корзину
open = Открыть
show-in-folder = Показать в папке
copy-link = Копировать ссылку
details = Подробности
close = Закрыть
leave = Отмена
back = Назад
dismiss = Закрыть

# Main window
empty-title = Здесь пока ничего нет
status-running = { $count ->
    [one] { $count } выполняется
    [few] { $count } выполняются
    [many] { $count } выполняются
   *[other] { $count } выполняется
}
status-idle = Ничего не выполняется
status-total = { $count ->
    [one] { $count } передача
    [few] { $count } передачи
    [many] { $count } передач
   *[other] { $count } передачи
}
drop-hint = Отпустите ссылки для загрузки, файлы для отправки

# Where a transfer stands
state-queued = В очереди
state-downloading = Загрузка
state-uploading = Отправка
state-verifying = Проверка
state-completed = Завершено
state-cancelled = Отменено
state-skipped = Пропущено: такой файл уже есть
state-failed = Не удалось
state-paused = Приостановлено
state-waiting = Ожидание
state-restart-needed = Остановлено: при повторной отправке возможен дубликат
state-changed = Остановлено: файл на сервере изменился
state-needs-link = Остановлено: ссылка больше не работает
state-needs-login = Остановлено: требуется вход
state-network = Ожидание сети
state-metered = Ожидание бесплатной сети
state-roaming = Ожидание: это сеть другого оператора
state-data-limit = Ожидание: пакета трафика не хватит
state-battery = Ожидание для экономии батареи
state-retry = Повтор в { $time }
state-schedule = Начало: { $time }
state-disk-space = Ожидание места на диске
state-answer = Завершено, ответ сервера: { $status }
leftover = Осталось на сервере
leftover-removing = Удаляется с сервера

# Amounts
amount = { $number } { $unit }
amount-of = { $done } из { $total } { $unit }
speed = { $amount }/s
time-left = осталось { $time }
time-seconds = { $s } с
time-minutes = { $m } мин
time-minutes-seconds = { $m } мин { $s } с
time-hours = { $h } ч { $m } мин
time-days = { $d } д { $h } ч
separator = { " · " }

# Adding downloads
links = Ссылки
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] По одной ссылке на строке.
    [one] { $count } ссылка.
    [few] { $count } ссылки.
    [many] { $count } ссылок.
   *[other] { $count } ссылки.
}
links-left-out = { $count ->
    [one] Пропускается, так как это не адрес: { $which }
    [few] Пропускаются, так как это не адреса: { $which }
    [many] Пропускаются, так как это не адреса: { $which }
   *[other] Пропускаются, так как это не адреса: { $which }
}
folder = Папка
file-name = Имя файла
file-name-placeholder = Как на сервере
choose = Выбрать…
start = Начать
no-picker = Рабочий стол не предоставляет окна выбора. Введите путь вручную.
path-not-whole = Введите полный путь, начиная с «/».
name-not-plain = Имя файла не может содержать «/».

# Adding uploads
files = Файлы
files-none = Файлы ещё не выбраны.
file-placeholder = /путь/к/файлу
add-file = Добавить
choose-files = Выбрать файлы…
choose-folder = Выбрать папку…
folder-tally = { $files ->
    [one] { $files } файл
    [few] { $files } файла
    [many] { $files } файлов
   *[other] { $files } файла
} в { $folders ->
    [one] { $folders } папке
    [few] { $folders } папках
    [many] { $folders } папках
   *[other] { $folders } папки
}, { $size }
folder-left-out = { $count ->
    [one] пропущено { $count }: { $which }
    [few] пропущено { $count }, первый: { $which }
    [many] пропущено { $count }, первый: { $which }
   *[other] пропущено { $count }, первый: { $which }
} ({ $why ->
    [link-to-folder] ссылка на папку
    [link-to-outside] ссылка за пределы папки
    [link-to-nothing] ссылка в никуда
    [no-file] не обычный файл
    [empty-folder] пустая папка
   *[unreadable] не удаётся прочитать
})
address = Адрес
address-placeholder = https://example.org/upload
more = Больше
less = Меньше
way = Способ
way-auto = Автоматически
way-form = Форма
way-resumable = HTTP с возобновлением
way-hint = { $way ->
    [webdav] Имя появляется, только когда файл передан целиком.
    [s3] Объект по адресу https://server/bucket/name. Укажите оба ключа в адресе: https://key:secret@server/…
    [resumable] Продолжается после обрыва, как описано в проекте веб-стандарта.
    [google] Сеанс служб Google; продолжается после обрыва.
    [post] Один запрос. Если отправить дважды, файл может оказаться там дважды.
    [put] Один запрос, который сохраняет файл точно по этому адресу или внутри него, если адрес оканчивается на «/». Его можно безопасно повторить.
    [form] Так, как отправляет браузер.
    [tus] Продолжается после обрыва.
   *[auto] Windlass узнаёт у сервера, какой способ ему подходит лучше.
}
fields = Поля
fields-placeholder = имя=значение, по одному на строке
field-wrong = «{ $line }» — не поле. Оно должно иметь вид «имя=значение».
headers = Заголовки
headers-placeholder = Имя: значение, по одному на строке
header-wrong = «{ $line }» — не заголовок. Он должен иметь вид «Имя: значение».
destination = Место назначения
destination-save = Сохранить как место назначения
destination-name = Имя
destination-name-wrong = Месту назначения нужно короткое имя, которое не является адресом.
destination-kept = Сохранено.
save = Сохранить
if-exists = Если имя занято
if-exists-fail = Оставить как есть
if-exists-rename = Взять новое имя
if-exists-overwrite = Заменить
if-exists-skip = Пропустить файл
limit = Ограничение скорости
limit-placeholder = 500K или 2M в секунду; пусто — без ограничения
speed-wrong = Это не скорость. Она должна иметь вид 500K или 2M.
files-clash = По адресу { $address } сохранилось бы несколько файлов. Укажите адрес папки, оканчивающийся на «/», и файлы с разными именами.

# Questions
remove-question = Убрать «{ $name }»?
remove-loss = Уже полученные данные ({ $amount }) будут удалены.
remove-loss-upload = Отправка прекратится; уже отправленное может остаться на сервере.
remove-loss-upload-begun = Отправка прекратится; уже отправленное будет удалено с сервера.
restart-question = Начать «{ $name }» заново?
restart-loss = Уже полученные данные ({ $amount }) будут загружены снова.
quit-question = { $count ->
    [one] Выполняется { $count } передача
    [few] Выполняются { $count } передачи
    [many] Выполняются { $count } передач
   *[other] Выполняется { $count } передачи
}
quit-explained = Передачи могут продолжаться без этого окна. При выходе они приостановятся и продолжатся в следующий раз.
keep-running = Продолжить в фоне
pause-and-quit = Приостановить и выйти
quit = Выйти

# Details
detail-address = Адрес
detail-found-at = Конечный адрес
detail-destination = Назначение
detail-link = Ссылка
detail-file = Файл
detail-added = Добавлено
detail-finished = Окончено
detail-answer = Ответ сервера
detail-checked = Проверка
checked-checksum = контрольная сумма ({ $algorithm }) и длина
checked-etag = метка версии с сервера и длина
checked-length = длина, указанная сервером
checked-none = нет; сервер не указал ни длину, ни версию

# Messages
gone-title = Сеанс завершён
gone-explained = Передачи приостановлены и сохранены. Запустите Windlass снова, чтобы продолжить.
problem-title = Не удаётся запустить Windlass
problem-locked = Другой Windlass использует этот профиль. Завершите его или дождитесь его завершения и запустите снова.
problem-newer = Список передач записан более новой версией Windlass и оставлен без изменений. Используйте более новую версию.
problem-unusable = Не удаётся использовать { $path }: { $reason }. Проверьте права доступа и диск.
notice-background = Передачи продолжались, пока окно было закрыто.
notice-cannot-open = Не удалось открыть «{ $name }».
notice-restored = Список передач был повреждён. Используется предыдущий; повреждённый сохранён как { $path }.
notice-settings = Не удалось прочитать настройки, они оставлены без изменений: { $path }

# Notifications and tray
notice-download-done = Загружено: { $name }
notice-upload-done = Отправлено: { $name }
notice-failed = { $name }: передача не удалась. { $reason }
notice-group-done = Всё в «{ $name }» завершено
notice-group-failed = 
    { $count ->
        [one] В «{ $name }» не удалась { $count } передача
        [few] В «{ $name }» не удались { $count } передачи
        [many] В «{ $name }» не удались { $count } передач
       *[other] В «{ $name }» не удалось { $count } передачи
    }
notice-open = Открыть
notice-show = Показать в папке
awake-reason = Выполняются передачи
sleep-delay-reason = Сохраняется ход передач
tray-open = Открыть Windlass
tray-idle = Windlass: ничего не выполняется
tray-running = { $count ->
    [one] Windlass: выполняется { $count } передача
    [few] Windlass: выполняются { $count } передачи
    [many] Windlass: выполняются { $count } передач
   *[other] Windlass: выполняется { $count } передачи
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Имя сервера неизвестно
    .advice = Проверьте адрес и сеть.
error-cannot-connect = Сервер не отвечает
    .advice = Возможно, он не работает; попробуйте позже.
error-server-unreachable = Сервер недоступен
    .advice = Проверьте сеть.
error-timeout = Сервер отвечал слишком долго
    .advice = Попробуйте позже.
error-connection-aborted = Соединение прервано
    .advice = Возобновите передачу, чтобы продолжить.
error-certificate-common-name-is-incorrect = Сертификат сервера выдан на другое имя
    .advice = Проверьте адрес.
error-certificate-expired = Срок действия сертификата сервера истёк
    .advice = Проверьте часы компьютера или обратитесь к владельцу сайта.
error-certificate-revoked = Сертификат сервера отозван
    .advice = Обратитесь к владельцу сайта.
error-certificate-is-invalid = К сертификату сервера нет доверия
    .advice = Обратитесь к владельцу сайта.
error-host-key-not-trusted = К ключу сервера нет доверия
    .advice = Узнайте верный ключ у владельца сервера и доверяйте только ему.
error-redirect-failed = Сервер бесконечно перенаправляет с адреса на адрес
    .advice = Проверьте ссылку.
error-https-to-http-on-redirection = Сервер перенаправляет с безопасного адреса на небезопасный
    .advice = Используйте конечный адрес, если доверяете ему.
error-error-http-invalid-server-response = Ответ сервера не удаётся понять
    .advice = Попробуйте позже.
error-insufficient-range-support = Сервер не может продолжить с середины
    .advice = Начните заново.
error-secret-not-found = Данные для входа не найдены
    .advice = Разблокируйте связку ключей и возобновите передачу или добавьте её снова с данными для входа.
error-unauthorized = Сервер требует входа
    .advice = Войдите с именем пользователя и паролем.
error-forbidden = Сервер отказывает в доступе
    .advice = Проверьте ссылку и данные для входа.
error-not-found = На сервере нет такого файла
    .advice = Проверьте ссылку.
error-proxy-authentication-required = Прокси-сервер требует входа
    .advice = Добавьте передачу снова с именем пользователя и паролем для прокси-сервера.
error-proxy-unreachable = Прокси-сервер не отвечает
    .advice = Проверьте настройки прокси-сервера и сеть.
error-proxy-refused = Прокси-сервер не пропускает это соединение
    .advice = Проверьте настройки прокси-сервера или обратитесь к его администратору.
error-gone = Этого файла больше нет
    .advice = Найдите новую ссылку.
error-locked = Файл на сервере используется
    .advice = Попробуйте позже.
error-insufficient-storage = На сервере не осталось места
    .advice = Возобновите передачу, когда место появится.
error-request-entity-too-large = Файл слишком велик для сервера
    .advice = Узнайте, какой размер он принимает.
error-requested-range-not-satisfiable = На сервере меньше байтов, чем раньше
    .advice = Начните заново.
error-too-many-requests = Сервер просит отправлять меньше запросов
    .advice = Попробуйте позже.
error-unexpected-client-error = Сервер отклоняет запрос
    .advice = Проверьте адрес.
error-internal-server-error = На сервере произошла ошибка
    .advice = Попробуйте позже.
error-unexpected-status-code = Ответ сервера — не файл
    .advice = Проверьте ссылку.
error-operation-canceled = Передача отменена
    .advice = Начните заново, чтобы повторить её.
error-invalid-proxy = Это не адрес прокси-сервера
    .advice = Он должен иметь вид http://proxy.example:3128.
error-invalid-url = Это не адрес
    .advice = Он должен иметь вид https://example.org/file.
error-unsupported-scheme = Адреса этого вида не поддерживаются
    .advice = Используйте http, https, ftp, ftps, ftpes или sftp.
error-truncated = Сервер закончил раньше, чем кончился файл
    .advice = Возобновите загрузку, чтобы получить остальное.
error-changed = Файл на сервере теперь другой
    .advice = Начните заново, чтобы получить новый.
error-checksum-mismatch = Файл не соответствует контрольной сумме
    .advice = Начните заново или найдите другой источник.
error-disk-full = Диск заполнен
    .advice = Освободите место; передача продолжится сама.
error-permission-denied = Нет прав на запись в это место
    .advice = Выберите другую папку.
error-read-only = Диск доступен только для чтения
    .advice = Выберите другую папку.
error-file-missing = Файла нет на месте
    .advice = Проверьте путь к нему.
error-file-changed = Файл за это время изменился
    .advice = Начните заново, чтобы отправить его в нынешнем виде.
error-file-exists = Имя занято
    .advice = Выберите другое имя.
error-already-complete = Файл уже полностью передан на сервер
    .advice = Он останется там; удалите его на сервере, если он не нужен.
error-io = Диск сообщает об ошибке
    .advice = Проверьте диск, затем возобновите передачу.
error-ftp = Сервер отклоняет команду
    .advice = Проверьте адрес.
error-result-unknown = Всё отправлено, но ответ не пришёл
    .advice = Прежде чем отправлять снова, проверьте, что есть на сервере.
error-not-resumable = Передачу нельзя возобновить
    .advice = Начните заново.

# The main screen: columns, places, menus.
column-name = Имя
column-progress = Прогресс
column-size = Размер
column-speed = Скорость
column-time-left = Осталось
column-status = Состояние
column-added = Добавлено
column-priority = Приоритет
percent = { $number } %
number = { $number }
priority-high = Высокий
priority-normal = Обычный
priority-low = Низкий
search = Поиск
sidebar = Боковая панель
sidebar-groups = Группы
sidebar-destinations = Места назначения
sidebar-files = Файлы
place-all = Все
place-active = Активные
place-paused = Приостановленные
place-finished = Завершённые
place-failed = Неудавшиеся
place-downloads = Загрузки
place-uploads = Отправки
place-pictures = Изображения
place-music = Музыка
place-videos = Видео
place-documents = Документы
place-archives = Архивы
place-programs = Программы
nothing-found = По запросу «{ $words }» ничего не найдено.
nothing-here = Здесь ничего нет.
copy-address = Копировать ссылку
move-first = В начало
move-up = Выше
move-down = Ниже
move-last = В конец
held-network = Ожидание сети
held-metered = Ожидание: эта сеть платная
held-roaming = Ожидание: роуминг
held-data-limit = Ожидание: пакет трафика исчерпан
held-battery = Ожидание питания
held-disk-space = Ожидание: диск заполнен
status-chosen = { $count ->
    [one] Выбрано: { $count }
    [few] Выбрано: { $count }
    [many] Выбрано: { $count }
   *[other] Выбрано: { $count }
}
status-free = Свободно { $size }
limit-none = Без ограничения
undo = Отменить
notice-removed = { $count ->
    [one] Из списка убрана { $count } передача.
    [few] Из списка убраны { $count } передачи.
    [many] Из списка убрано { $count } передач.
   *[other] Из списка убрано { $count } передачи.
}
notice-trashed = Убрано из списка. То, что получено, переместится в корзину.
notice-not-trashed = Не удалось переместить «{ $name }» в корзину. Файл остаётся на месте.
remove-several-question = { $count ->
    [one] Убрать { $count } передачу?
    [few] Убрать { $count } передачи?
    [many] Убрать { $count } передач?
   *[other] Убрать { $count } передачи?
}
remove-several-loss = Они не завершены. Уже полученные данные ({ $amount }) будут удалены.
restart-several-question = { $count ->
    [one] Начать { $count } передачу заново?
    [few] Начать { $count } передачи заново?
    [many] Начать { $count } передач заново?
   *[other] Начать { $count } передачи заново?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = «{ $which }»: загрузка с адресов, начинающихся с «{ $scheme }:», невозможна.
adding-invalid = «{ $which }» — неполный адрес.
adding-too-many = «{ $which }» означает слишком много файлов. Укажите меньший диапазон.
adding-too-long = Этот текст слишком длинный.
adding-sends = Эта команда что-то отправляет на сервер. Выполните это в браузере.
adding-option = В этой команде есть неизвестный здесь параметр: { $option }
adding-unfinished = Эта команда неполная. Скопируйте её целиком.
adding-relative = «{ $which }» — лишь часть адреса.
adding-metalink = Не удаётся прочитать этот Metalink.
adding-more-left-out = { $count ->
    [one] Ещё { $count } ссылку загрузить нельзя.
    [few] Ещё { $count } ссылки загрузить нельзя.
    [many] Ещё { $count } ссылок загрузить нельзя.
   *[other] Ещё { $count } ссылки загрузить нельзя.
}
chosen-count = Выбрано { $chosen } из { $count }
choose-all = Выбрать все
choose-none = Снять выбор
link-there = Уже в списке
link-twice = Дважды в тексте
link-there-sentence = Эта ссылка уже есть в списке.
show-it = Показать
get-again = Загрузить снова
probe-asking = Запрос к серверу…
probe-size-unknown = Размер неизвестен
probe-resumable = можно возобновить
probe-not-resumable = нельзя возобновить
probe-page = Эта ссылка ведёт на веб-страницу.
name-taken = В папке уже есть файл с таким именем.
group = Группа
group-placeholder = Нет
group-wrong = Группе нужно имя длиной не более 100 букв.
checksum = Контрольная сумма
checksum-wrong = Это не контрольная сумма. Она должна иметь вид sha-256:9f86d0…
login-name = Имя пользователя
login-name-missing = К паролю нужно имя пользователя.
login-password = Пароль
start-at = Время начала
start-at-placeholder = 22:30 или +2h30m
start-at-wrong = Это не время. Оно должно иметь вид 22:30 или +2h30m.
speed-placeholder = 500K или 2M в секунду
connections = Соединения
connections-placeholder = Автоматически
connections-wrong = Введите число от 1 до 255.
priority = Приоритет
said-to-all = Данные для входа и заголовки отправляются каждому серверу из списка выше.

# Settings: sections, search, and what all of them have
settings-general = Общие
settings-transfers = Передачи
settings-speed = Скорость и расписание
settings-data = Сеть и трафик
settings-desktop = Уведомления и рабочий стол
settings-appearance = Внешний вид
settings-advanced = Дополнительно
settings-search = Поиск
settings-found = Результаты поиска
settings-none-found = Нет настроек по запросу «{ $words }».
settings-refused = Изменение не сохранено: { $reason }
setting-back = Вернуть по умолчанию
setting-fewer = Меньше
setting-more = Больше
no-limit = Без ограничения
weekday = { $day ->
    [1] Пн
    [2] Вт
    [3] Ср
    [4] Чт
    [5] Пт
    [6] Сб
   *[other] Вс
}

# Settings: each of them
setting-download-folder = Папка для загрузок
    .about = Куда попадают загрузки, если не указано иное.
setting-language = Язык
    .about = Язык этого окна и сообщений.
    .system = Как в системе
setting-max-running = Одновременные передачи
    .about = Остальные ждут своей очереди.
setting-max-per-host = Одновременные передачи с одного сервера
    .about = Некоторые серверы допускают лишь несколько.
    .none = Без ограничения
setting-retries = Попытки до отказа
    .about = Сколько раз подряд повторять передачу, если не приходит ни одного байта.
setting-on-change = Если файл на сервере изменился
    .about = Что происходит с уже начатой загрузкой.
    .pause = Остановить и спросить
    .restart = Начать заново
setting-find-checksums = Искать контрольные суммы
    .about = Если рядом с файлом на сервере есть файл контрольных сумм, загрузка проверяется по нему.
setting-download-limit = Скорость загрузки
    .about = Наибольшая скорость всех загрузок вместе.
setting-upload-limit = Скорость отправки
    .about = Наибольшая скорость всех отправок вместе.
setting-speed-limit = Общая скорость
    .about = Наибольшая скорость загрузок и отправок вместе.
setting-windows = Расписание
    .about = Когда действуют другие ограничения или ничего не выполняется. Если совпадает несколько периодов, действует верхний.
setting-data-plan = Пакет трафика
    .about = Сколько можно передать через платные сети, например через телефон.
setting-data-plan-period = Срок пакета
    .about = После этого отсчёт начинается заново.
    .day = День
    .week = Неделя
    .month = Месяц
setting-data-plan-begins = День начала пакета
    .about = День недели или месяца, когда отсчёт начинается заново.
setting-keep-to-data-plan = Никогда не превышать пакет
    .about = Сверх пакета не идёт ничего, даже передачи, которым разрешены расходы.
setting-proxy = Прокси-сервер
    .about = Сервер, через который идут все соединения. Данные для входа на него указываются в самих передачах.
    .system = Как в системе
    .direct = Нет
    .own = Вручную
setting-notifications = Уведомления
    .about = Сообщать, когда передача завершена или не удалась.
setting-inhibit-sleep = Не давать компьютеру заснуть
    .about = Он не засыпает сам, пока выполняются передачи.
setting-pause-on-battery = Ждать при работе от батареи
    .about = Передачи продолжатся, когда компьютер снова будет подключён к сети питания.
setting-pause-below-percent = Ждать при низком заряде батареи
    .about = Передачи ждут, если заряд батареи меньше указанного.
    .none = Никогда
    .unit = %
setting-pause-in-power-saver = Ждать в режиме энергосбережения
    .about = Передачи ждут, пока на рабочем столе включено энергосбережение.
setting-appearance = Стиль
    .about = Светлый или тёмный.
    .system = Как в системе
    .light = Светлый
    .dark = Тёмный
setting-contrast = Контраст
    .about = Насколько чётко всё выделяется.
    .system = Как в системе
    .normal = Обычный
    .high = Высокий
setting-accent = Цвет
    .about = Цвет того, что выполняется, и следующего шага.
    .system = Как в системе
    .own = Синий
setting-motion = Анимация
    .about = Движутся ли элементы окна сами.
    .system = Как в системе
    .full = Да
    .reduced = Как можно меньше
setting-text-scale = Масштаб интерфейса
    .about = Его можно менять и клавишами Ctrl и плюс или минус.
    .unit = %
setting-connect-timeout = Ожидание соединения
    .about = Если сервер не отвечает столько времени, попытка повторяется позже.
    .unit = с
setting-silence-timeout = Ожидание данных
    .about = Если столько времени ничего не приходит, соединение устанавливается заново.
    .unit = с
setting-min-split = Наименьшая часть
    .about = Файл загружается через несколько соединений, только если на каждое приходится не меньше этого объёма.
setting-hardware-acceleration = Рисовать с помощью видеокарты
    .about = Действует со следующего запуска. Выключите, если окно выглядит неправильно.

# Settings: times of the day
window-add = Добавить период
window-edit = Изменить
window-earlier = Выше
window-done = Готово
window-days = Дни
window-hours = Время
window-pace = В это время
window-rest = Ничего не выполняется
window-limits = Другие ограничения
window-downloads = Загрузки
window-uploads = Отправки
window-both = Вместе
window-daily = Ежедневно
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Ничего не выполняется
window-limit-down = Загрузки не более { $speed }
window-limit-up = Отправки не более { $speed }
window-limit-both = Вместе не более { $speed }

# Settings: what is no value
wrong-number = Введите целое число от { $least } до { $most }.
wrong-speed = Введите число и единицу, например 500 kB/s или 2,5 MB/s. Оставьте пустым, чтобы снять ограничение.
wrong-size = Введите число и единицу, например 500 MB или 5 GB.
wrong-small = Значение должно быть не меньше { $least }.
wrong-proxy = Значение должно иметь вид http://proxy.example:3128 или socks5h://localhost:1080.
wrong-login = Не указывайте имя и пароль: они были бы записаны в открытом виде.
wrong-hours = Значение должно иметь вид 22:00–06:00.

# What a transfer needs from somebody
log-in = Войти
log-in-sentence = { $host } требует входа.
new-link = Новая ссылка
new-link-sentence = Срок действия ссылки истёк. Укажите другую на тот же файл, и передача продолжится с того же места.
new-link-wrong = Это не адрес.

# The panel of particulars
tab-overview = Обзор
tab-segments = Части
tab-speed = Скорость
tab-attempts = Попытки
tab-answer = Ответ
details-none = Выберите передачу, чтобы увидеть здесь всё о ней.
copy = Копировать
open-part = Открыть во время загрузки
notice-no-beginning = Начало «{ $name }» ещё не загружено. Попробуйте чуть позже.
detail-connections = Соединения
detail-group = Группа
detail-priority = Приоритет
detail-resumable = После паузы
resumable-yes = продолжится с места остановки
resumable-no = начнётся заново; сервер не может продолжить с середины
bound-own-limit = Скорость сдерживается ограничением этой передачи: { $speed }.
bound-all-limit = Скорость сдерживается общим ограничением всех передач: { $speed }.
bound-limit = Скорость сдерживается одним из ограничений.
bound-disk = Диск не может работать быстрее.
bound-connection = { $count ->
    [one] Сервер не даёт одному соединению большей скорости, а открыть больше { $count } соединения нельзя.
    [few] Сервер не даёт одному соединению большей скорости, а открыть больше { $count } соединений нельзя.
    [many] Сервер не даёт одному соединению большей скорости, а открыть больше { $count } соединений нельзя.
   *[other] Сервер не даёт одному соединению большей скорости, а открыть больше { $count } соединения нельзя.
}
bound-host = { $count ->
    [one] Сервер допускает не больше { $count } соединения.
    [few] Сервер допускает не больше { $count } соединений.
    [many] Сервер допускает не больше { $count } соединений.
   *[other] Сервер допускает не больше { $count } соединения.
}
bound-network = Сеть занята полностью; дополнительные соединения не прибавят скорости.
bound-proxy = Путь через прокси-сервер занят полностью; дополнительные соединения не прибавят скорости.
segments-none = Ни одна часть файла ещё не получена.
segments-unknown = Получено { $size }. Сервер не сообщил длину файла.
segments-upload = Файл отправляется последовательно, от начала до конца.
segments-confirmed = Сервер подтвердил получение: { $amount }.
segments-connections = { $count ->
    [one] { $count } соединение
    [few] { $count } соединения
    [many] { $count } соединений
   *[other] { $count } соединения
}
connection-range = { $from } – { $until }
connection-from = от { $from } до конца
part-checked = На диске и проверено
part-safe = На диске
part-arrived = Только что получено
part-coming = Соединение
part-missing = Ещё не получено
speed-now = Сейчас
speed-mean = Средняя
speed-highest = Наибольшая
speed-explained = Последние минуты, пока эта панель была открыта.
speed-none = Эта передача сейчас не выполняется. Во время выполнения здесь показан график её скорости.
speed-soon = График скорости скоро появится здесь.
attempts-none = Попыток ещё не было.
attempts-before = { $count ->
    [one] { $count } более ранняя запись уже не хранится.
    [few] { $count } более ранние записи уже не хранятся.
    [many] { $count } более ранних записей уже не хранятся.
   *[other] { $count } более ранней записи уже не хранится.
}
attempt-completed = Всё передано, и всё верно.
attempt-stopped = Остановлено до завершения.
attempt-took = заняло { $time }
attempt-moved = передано { $amount }
happened-restarted = Начато заново по желанию пользователя.
happened-started-over = Начато заново: { $why }
happened-paused = Приостановлено пользователем.
happened-link = Адрес изменён.
happened-network = Сети не было, передача ждала её появления.
answer-way = Способ запроса
answer-none = Из ответа сервера ничего не сохранено.
resume-from = Возобновить из файла
notice-no-picker = Рабочий стол не предоставляет окна выбора. То же самое делает команда «windlass get --resume-data ФАЙЛ».
notice-not-resume-data = Файл «{ $name }» не содержит данных для возобновления или повреждён.
open-part-there = Открыть загруженную часть

# Keys
main-menu = Меню
shortcuts = Комбинации клавиш
keys-search = Поиск клавиш
keys-none-found = Нет клавиш по запросу «{ $words }».
keys-adding = Добавление
keys-paste = Добавить скопированное
keys-chosen = Выбранные передачи
keys-toggle = Приостановить или возобновить
keys-open = Открыть файл или показать подробности
keys-tabs = Следующая или предыдущая вкладка подробностей
keys-queue = Переместить выше или ниже в очереди
keys-queue-ends = Переместить в начало или конец очереди
keys-menu = Все доступные действия
keys-choosing = Выбор передач
keys-rows = Передача выше или ниже
keys-pages = На страницу выше или ниже
keys-ends = Первая или последняя
keys-through = Все вплоть до этой передачи
keys-besides = Ещё одна вместе с выбранными
keys-all-rows = Все
keys-all = Все передачи
keys-limit = Включить или выключить ограничение скорости
keys-window = Окно
keys-places = Все, активные, приостановленные, завершённые, неудавшиеся
keys-size = Увеличить или уменьшить масштаб
keys-usual-size = Обычный масштаб
keys-close = Закрыть окно; передачи продолжатся
keys-moving = Перемещение по окну
keys-next = Следующая или предыдущая кнопка либо поле
keys-press = Нажать кнопку
keys-choices = Соседний вариант
keys-leave = Выйти из диалога, подробностей или поиска либо снять выбор
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Пробел
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
about = О программе Windlass
about-version = Версия { $version }
about-sentence = Менеджер загрузок и отправок, передачи в котором переживут что угодно.
about-licence = Свободная программа. Её можно использовать на условиях { $licence }.
about-transfers = Передачи
about-log = Журнал
about-copy = Копировать для отчёта
about-copied = Скопировано
about-parts = Библиотеки
about-parts-sentence = Эти библиотеки входят в программу, каждая — на условиях своей лицензии.

# How much was moved
statistics = Статистика
statistics-none = Пока ничего не передано. С этого момента здесь учитывается всё, что загружается и отправляется.
statistics-days = { $count ->
    [one] Последний { $count } день
    [few] Последние { $count } дня
    [many] Последние { $count } дней
   *[other] Последние { $count } дня
}
statistics-down = Загружено
statistics-up = Отправлено
statistics-completed = Завершено
statistics-failed = Не удалось
statistics-today = Сегодня
statistics-week = На этой неделе
statistics-month = В этом месяце
statistics-since = С { $day }
statistics-day = { $day }: загружено { $down }, отправлено { $up }

# Groups
groups = Группы
groups-none = Группа объединяет передачи: они идут по очереди, со своим ограничением скорости или в свою папку.
group-add = Добавить группу
group-times = Расписание
group-new = Новая группа
group-title = Группа «{ $name }»
group-name = Имя
group-order = Порядок
group-parallel = Все сразу
group-serial = По очереди
group-limit = Ограничение скорости всей группы
group-folder = Папка для загрузок группы
group-folder-none = Папка для загрузок
group-at-most = не более { $speed }
group-done = Завершено { $done } из { $all }
group-failed = Не удалось: { $count }
group-success = Когда всё завершено, запустить
group-failure = Если что-то не удалось, запустить
group-command = Программа и её аргументы
command-wrong = Это не команда. Каждая кавычка должна быть закрыта.
group-taken = Группа с таким именем уже есть.
group-remove = Убрать группу «{ $name }»? Её передачи останутся.
move-current = В начало группы
cost = Платные сети
cost-free = Ждать бесплатной сети
cost-default = В пределах пакета трафика
cost-always = Всё равно использовать

# Where nothing is listed
empty-paste = Вставьте ссылку или любой текст со ссылками.
empty-drop = Перетащите ссылки или файлы в это окно.
empty-folder = Загрузки сохраняются в { $folder }
empty-change = Изменить…
nothing-search-on = Очистить поиск
nothing-show-all = Показать все
nothing-active = Нет передач, которые выполняются или ожидают.
nothing-paused = Ничего не приостановлено.
nothing-finished = Пока ничего не завершено.
nothing-failed = Неудавшихся передач нет.

# When all is done
when-done = Когда всё завершится…
when-nothing = Ничего не делать
when-quit = Выйти из Windlass
when-suspend = Перевести компьютер в спящий режим
when-power-off = Выключить компьютер
when-done-status = Когда всё завершится: { $what }
when-quit-in = Всё завершено. Windlass закроется через { $seconds } с.
when-suspend-in = Всё завершено. Компьютер перейдёт в спящий режим через { $seconds } с.
when-power-off-in = Всё завершено. Компьютер выключится через { $seconds } с.
when-failed = Всё завершено, но не удалось перевести компьютер в спящий режим или выключить его.

# Destinations and sites
destinations = Места назначения
destinations-none = Место назначения — это имя для места, куда отправляются файлы, вместе с данными для входа и способом отправки.
destination-add = Добавить место назначения
destination-new = Новое место назначения
destination-import = Импортировать из ShareX…
destination-title = Место назначения «{ $name }»
destination-taken = Место назначения с таким именем уже есть.
destination-remove = Убрать место назначения «{ $name }»? Всё, что туда отправлено, останется.
destination-copies = Копировать ссылку после отправки файла
destination-link = Где взять ссылку
destination-link-wrong = Так ссылку не найти. Можно указать {"{"}json:ПУТЬ{"}"}, {"{"}header:ИМЯ{"}"} или {"{"}response{"}"}.
destination-file-field = Имя поля с файлом
sites = Сайты
sites-none = Сайт — это сервер, для которого что-то задано: данные для входа, папка или ограничение для всего, что приходит оттуда или отправляется туда.
site-add = Добавить сайт
site-new = Новый сайт
site-title = Сайт { $name }
site-taken = Сайт с этим адресом уже есть.
site-remove = Убрать сайт { $name }? Уже добавленные передачи сохранят свои параметры.
site-url = Адрес
site-url-about = Весь сервер или папка на нём.
site-usual = Как в настройках
site-number = Введите целое число.
site-timeout = Ожидание сервера, с
site-proxy-about = Адрес или «direct», чтобы не использовать прокси-сервер.
site-proxy-wrong = Значение должно иметь вид http://proxy.example:3128 или socks5h://localhost:1080 либо быть «direct».
site-cookies = Файл с куками
site-cookies-none = Нет
has-login = С данными для входа
host-key = Ключ сервера
host-key-wrong = Это не ключ сервера. Он должен состоять из «SHA256:» и ещё 43 символов.
login-password-missing = Введите и пароль: сохранённый относится к сохранённому имени пользователя.
secret-kept = Сохранено
secret-stays = Оставьте оба поля пустыми, чтобы ничего не менять.
secret-forget = Забыть
secrets-kept = Хранится в связке ключей
secrets-elsewhere = Сохранённые данные для входа относятся только к прежнему серверу. Введите их снова.
secrets-go = Данные для входа тоже будут удалены.
import-no-picker = Рабочий стол не предоставляет окна выбора. То же самое делает команда «windlass destinations import ФАЙЛ».
import-not-one = Файл «{ $name }» — не пользовательский загрузчик ShareX (custom uploader).

# What is told when a transfer ends
telling = Уведомление
telling-usual = Как обычно
telling-words = Свой текст
telling-nothing = Нет
telling-done = Текст при успешном завершении
telling-placeholder = Фотографии уже здесь
telling-wrong = Введите текст уведомления.

# Where a download finds no place, and a server that is not known
new-folder = Другая папка…
notice-no-folder-picker = Окно выбора здесь недоступно. То же самое делает команда «windlass set ID folder=ПУТЬ».
trust-server = Доверять этому серверу
trust-server-sentence = { $host } предъявляет неизвестный здесь ключ. Сравните его с тем, который назовёт владелец сервера: соединение может перехватывать кто-то другой.
trust-server-yes = Доверять ключу для этого сервера

# The menu of a field
field-cut = Вырезать
field-paste = Вставить
field-select-all = Выделить всё

# Room in the window
keys-panel = Увеличить или уменьшить панель сведений
text-scale-followed = Как хочет рабочий стол, сейчас { $percent } %.

# At home on the desktop
setting-autostart = Запускать при входе
    .about = Без окна. Передачи продолжаются сами.
autostart-reason = Передачи продолжаются после входа
job-title = Передачи
notice-series = Завершено { $done } из { $all }
setting-recent-files = Недавние файлы
    .about = Добавлять завершённые загрузки в недавние файлы рабочего стола.
