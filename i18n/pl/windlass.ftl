# Toolbar, tray, and what can be done with one transfer
add-download = Dodaj pobieranie
add-upload = Dodaj wysyłanie
pause-all = Wstrzymaj wszystko
resume-all = Wznów wszystko
clear-finished = Wyczyść ukończone
preferences = Ustawienia
pause = Wstrzymaj
resume = Wznów
cancel = Anuluj
restart = Zacznij od nowa
send-again = Wyślij ponownie
remove = Usuń
move-to-trash = Przenieś do kosza
open = Otwórz
show-in-folder = Pokaż w katalogu
copy-link = Kopiuj odnośnik
details = Szczegóły
close = Zamknij
leave = Anuluj
back = Wstecz
dismiss = Zamknij

# Main window
empty-title = Nic tu jeszcze nie ma
status-running = { $count ->
    [one] { $count } w toku
    [few] { $count } w toku
    [many] { $count } w toku
   *[other] { $count } w toku
}
status-idle = Nic nie jest w toku
status-total = { $count ->
    [one] { $count } transfer
    [few] { $count } transfery
    [many] { $count } transferów
   *[other] { $count } transferu
}
drop-hint = Upuść odnośniki, aby pobrać, lub pliki, aby wysłać

# Where a transfer stands
state-queued = W kolejce
state-downloading = Pobieranie
state-uploading = Wysyłanie
state-verifying = Sprawdzanie
state-completed = Ukończono
state-cancelled = Anulowano
state-skipped = Pominięto: taki plik już istnieje
state-failed = Nie powiodło się
state-paused = Wstrzymano
state-waiting = Oczekiwanie
state-restart-needed = Zatrzymano: ponowne wysłanie może dać dwie kopie
state-changed = Zatrzymano: plik na serwerze się zmienił
state-needs-link = Zatrzymano: odnośnik już nie działa
state-needs-login = Zatrzymano: wymagane jest logowanie
state-network = Oczekiwanie na sieć
state-metered = Oczekiwanie na sieć bez opłat
state-roaming = Oczekiwanie: to sieć innego operatora
state-data-limit = Oczekiwanie: pakiet danych by nie wystarczył
state-battery = Oczekiwanie, aby oszczędzać baterię
state-retry = Ponowna próba o { $time }
state-schedule = Początek: { $time }
state-disk-space = Oczekiwanie na miejsce na dysku
state-answer = Ukończono, odpowiedź serwera: { $status }
leftover = Pozostało na serwerze
leftover-removing = Usuwanie z serwera

# Amounts
amount = { $number } { $unit }
amount-of = { $done } z { $total } { $unit }
speed = { $amount }/s
time-left = pozostało { $time }
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } d { $h } h
separator = { " · " }

# Adding downloads
links = Odnośniki
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] Po jednym odnośniku w wierszu.
    [one] { $count } odnośnik.
    [few] { $count } odnośniki.
    [many] { $count } odnośników.
   *[other] { $count } odnośnika.
}
links-left-out = { $count ->
    [one] To nie jest adres i zostanie pominięte: { $which }
    [few] To nie są adresy i zostaną pominięte: { $which }
    [many] To nie są adresy i zostaną pominięte: { $which }
   *[other] To nie są adresy i zostaną pominięte: { $which }
}
folder = Katalog
file-name = Nazwa pliku
file-name-placeholder = Taka jak na serwerze
choose = Wybierz…
start = Rozpocznij
no-picker = Środowisko nie udostępnia okna wyboru. Wpisz ścieżkę.
path-not-whole = Wpisz pełną ścieżkę, zaczynającą się od „/”.
name-not-plain = Nazwa pliku nie może zawierać „/”.

# Adding uploads
files = Pliki
files-none = Nie wybrano jeszcze pliku.
file-placeholder = /ścieżka/do/pliku
add-file = Dodaj
choose-files = Wybierz pliki…
choose-folder = Wybierz katalog…
folder-tally = { $files ->
    [one] { $files } plik
    [few] { $files } pliki
    [many] { $files } plików
   *[other] { $files } pliku
} w { $folders ->
    [one] { $folders } katalogu
    [few] { $folders } katalogach
    [many] { $folders } katalogach
   *[other] { $folders } katalogu
}, { $size }
folder-left-out = { $count ->
    [one] pominięto: { $which }
    [few] pominięto { $count }, pierwszy: { $which }
    [many] pominięto { $count }, pierwszy: { $which }
   *[other] pominięto { $count }, pierwszy: { $which }
} ({ $why ->
    [link-to-folder] dowiązanie do katalogu
    [link-to-outside] dowiązanie poza katalog
    [link-to-nothing] dowiązanie donikąd
    [no-file] to nie jest zwykły plik
    [empty-folder] pusty katalog
   *[unreadable] nie można odczytać
})
address = Adres
address-placeholder = https://example.org/upload
more = Więcej
less = Mniej
way = Sposób
way-auto = Automatycznie
way-form = Formularz
way-resumable = HTTP ze wznawianiem
way-hint = { $way ->
    [webdav] Nazwa pojawia się dopiero wtedy, gdy plik jest kompletny.
    [s3] Obiekt pod adresem https://server/bucket/name. Wpisz oba klucze w adresie: https://key:secret@server/…
    [resumable] Po przerwaniu wysyłanie jest kontynuowane, zgodnie z projektem standardu WWW.
    [google] Sesja usług Google; po przerwaniu jest kontynuowana.
    [post] Jedno żądanie. Wysłane dwa razy może dać dwie kopie.
    [put] Jedno żądanie, które zapisuje plik dokładnie pod tym adresem albo w nim, jeśli kończy się na „/”. Można je bezpiecznie powtórzyć.
    [form] Tak, jak wysyła przeglądarka.
    [tus] Po przerwaniu wysyłanie jest kontynuowane.
   *[auto] Serwer zostanie zapytany, co przyjmuje najlepiej.
}
fields = Pola
fields-placeholder = nazwa=wartość, po jednym w wierszu
field-wrong = „{ $line }” nie jest polem. Powinno wyglądać jak „nazwa=wartość”.
headers = Nagłówki
headers-placeholder = Nazwa: wartość, po jednym w wierszu
header-wrong = „{ $line }” nie jest nagłówkiem. Powinien wyglądać jak „Nazwa: wartość”.
destination = Miejsce docelowe
destination-save = Zapisz jako miejsce docelowe
destination-name = Nazwa
destination-name-wrong = Miejsce docelowe musi mieć krótką nazwę, która nie jest adresem.
destination-kept = Zapisano.
save = Zapisz
if-exists = Gdy nazwa jest zajęta
if-exists-fail = Pozostaw bez zmian
if-exists-rename = Użyj nowej nazwy
if-exists-overwrite = Zastąp
if-exists-skip = Pomiń plik
limit = Ograniczenie prędkości
limit-placeholder = 500K lub 2M na sekundę; puste – bez ograniczenia
speed-wrong = To nie jest prędkość. Powinna wyglądać jak 500K lub 2M.
files-clash = Pod adresem { $address } zapisano by więcej niż jeden plik. Użyj adresu katalogu, zakończonego „/”, i plików o różnych nazwach.

# Questions
remove-question = Usunąć „{ $name }”?
remove-loss = Pobrane już dane ({ $amount }) zostaną usunięte.
remove-loss-upload = Wysyłanie zostanie przerwane; to, co już wysłano, może pozostać na serwerze.
remove-loss-upload-begun = Wysyłanie zostanie przerwane; to, co już wysłano, zostanie usunięte z serwera.
restart-question = Zacząć „{ $name }” od nowa?
restart-loss = Pobrane już dane ({ $amount }) zostaną pobrane jeszcze raz.
quit-question = { $count ->
    [one] { $count } transfer jest w toku
    [few] { $count } transfery są w toku
    [many] { $count } transferów jest w toku
   *[other] { $count } transferu jest w toku
}
quit-explained = Transfery mogą trwać bez tego okna. Po zakończeniu programu zostaną wstrzymane, a następnym razem będą kontynuowane.
keep-running = Działaj dalej w tle
pause-and-quit = Wstrzymaj i zakończ
quit = Zakończ

# Details
detail-address = Adres
detail-found-at = Adres końcowy
detail-destination = Miejsce docelowe
detail-link = Odnośnik
detail-file = Plik
detail-added = Dodano
detail-finished = Zakończono
detail-answer = Odpowiedź serwera
detail-checked = Sprawdzenie
checked-checksum = suma kontrolna ({ $algorithm }) i długość
checked-etag = znacznik wersji z serwera i długość
checked-length = długość podana przez serwer
checked-none = brak; serwer nie podał ani długości, ani wersji

# Messages
gone-title = Sesja została zakończona
gone-explained = Transfery są wstrzymane i zachowane. Uruchom Windlass ponownie, aby je kontynuować.
problem-title = Nie można uruchomić Windlass
problem-locked = Inny Windlass używa tego profilu. Zakończ go albo poczekaj, aż się zakończy, i uruchom ponownie.
problem-newer = Listę transferów zapisała nowsza wersja Windlass i pozostawiono ją bez zmian. Użyj nowszej wersji.
problem-unusable = Nie można użyć { $path }: { $reason }. Sprawdź uprawnienia i dysk.
notice-background = Transfery trwały, gdy okno było zamknięte.
notice-cannot-open = Nie można otworzyć „{ $name }”.
notice-restored = Lista transferów była uszkodzona. Używana jest poprzednia; uszkodzoną zachowano jako { $path }.
notice-settings = Nie można odczytać ustawień; pozostawiono je bez zmian: { $path }

# Notifications and tray
notice-download-done = Pobrano: { $name }
notice-upload-done = Wysłano: { $name }
notice-failed = { $name }: transfer się nie powiódł. { $reason }
notice-group-done = Ukończono wszystko w „{ $name }”
notice-group-failed = 
    { $count ->
        [one] { $count } transfer w „{ $name }” się nie powiódł
        [few] { $count } transfery w „{ $name }” się nie powiodły
        [many] { $count } transferów w „{ $name }” się nie powiodło
       *[other] { $count } transferu w „{ $name }” się nie powiodło
    }
notice-open = Otwórz
notice-show = Pokaż w katalogu
awake-reason = Trwają transfery
sleep-delay-reason = Zapisywanie postępu transferów
tray-open = Otwórz Windlass
tray-idle = Windlass: nic nie jest w toku
tray-running = { $count ->
    [one] Windlass: { $count } transfer w toku
    [few] Windlass: { $count } transfery w toku
    [many] Windlass: { $count } transferów w toku
   *[other] Windlass: { $count } transferu w toku
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Nazwa serwera jest nieznana
    .advice = Sprawdź adres i sieć.
error-cannot-connect = Serwer nie odpowiada
    .advice = Może być wyłączony; spróbuj ponownie później.
error-server-unreachable = Serwer jest nieosiągalny
    .advice = Sprawdź sieć.
error-timeout = Serwer nie odpowiedział na czas
    .advice = Spróbuj ponownie później.
error-connection-aborted = Połączenie zostało przerwane
    .advice = Wznów, aby kontynuować.
error-certificate-common-name-is-incorrect = Certyfikat serwera wystawiono dla innej nazwy
    .advice = Sprawdź adres.
error-certificate-expired = Certyfikat serwera wygasł
    .advice = Sprawdź zegar tego komputera lub zapytaj właściciela witryny.
error-certificate-revoked = Certyfikat serwera został unieważniony
    .advice = Zapytaj właściciela witryny.
error-certificate-is-invalid = Certyfikat serwera nie jest zaufany
    .advice = Zapytaj właściciela witryny.
error-host-key-not-trusted = Klucz serwera nie jest zaufany
    .advice = Zapytaj właściciela serwera, który jest właściwy, i zaufaj tylko temu.
error-redirect-failed = Serwer bez końca przekierowuje z adresu na adres
    .advice = Sprawdź odnośnik.
error-https-to-http-on-redirection = Serwer przekierowuje z bezpiecznego adresu na niezabezpieczony
    .advice = Użyj adresu docelowego, jeśli mu ufasz.
error-error-http-invalid-server-response = Odpowiedź serwera jest niezrozumiała
    .advice = Spróbuj ponownie później.
error-insufficient-range-support = Serwer nie potrafi kontynuować od środka pliku
    .advice = Zacznij od początku.
error-secret-not-found = Nie znaleziono danych logowania
    .advice = Odblokuj bazę kluczy i wznów transfer albo dodaj go ponownie z danymi logowania.
error-unauthorized = Serwer wymaga logowania
    .advice = Zaloguj się nazwą użytkownika i hasłem.
error-forbidden = Serwer odmawia dostępu
    .advice = Sprawdź odnośnik i dane logowania.
error-not-found = Na serwerze nie ma takiego pliku
    .advice = Sprawdź odnośnik.
error-proxy-authentication-required = Serwer proxy wymaga logowania
    .advice = Dodaj transfer ponownie, podając nazwę użytkownika i hasło do serwera proxy.
error-proxy-unreachable = Serwer proxy nie odpowiada
    .advice = Sprawdź ustawienia serwera proxy i sieć.
error-proxy-refused = Serwer proxy nie przepuszcza tego połączenia
    .advice = Sprawdź ustawienia serwera proxy lub zapytaj jego administratora.
error-gone = Pliku już tam nie ma
    .advice = Poszukaj nowego odnośnika.
error-locked = Plik jest używany na serwerze
    .advice = Spróbuj ponownie później.
error-insufficient-storage = Na serwerze zabrakło miejsca
    .advice = Wznów, gdy będzie miejsce.
error-request-entity-too-large = Plik jest za duży dla serwera
    .advice = Zapytaj, jaki rozmiar jest przyjmowany.
error-requested-range-not-satisfiable = Serwer ma mniej bajtów niż wcześniej
    .advice = Zacznij od początku.
error-too-many-requests = Serwer oczekuje mniejszej liczby żądań
    .advice = Spróbuj ponownie później.
error-unexpected-client-error = Serwer odrzuca żądanie
    .advice = Sprawdź adres.
error-internal-server-error = Wystąpił problem z serwerem
    .advice = Spróbuj ponownie później.
error-unexpected-status-code = Odpowiedź serwera nie jest plikiem
    .advice = Sprawdź odnośnik.
error-operation-canceled = Transfer został anulowany
    .advice = Zacznij od nowa, aby go powtórzyć.
error-invalid-proxy = To nie jest adres serwera proxy
    .advice = Powinien wyglądać jak http://proxy.example:3128.
error-invalid-url = To nie jest adres
    .advice = Powinien wyglądać jak https://example.org/file.
error-unsupported-scheme = Ten rodzaj adresu nie jest obsługiwany
    .advice = Użyj http, https, ftp, ftps, ftpes lub sftp.
error-truncated = Serwer zakończył przed końcem pliku
    .advice = Wznów, aby pobrać resztę.
error-changed = Plik na serwerze jest już inny
    .advice = Zacznij od nowa, aby pobrać nowy.
error-checksum-mismatch = Plik nie zgadza się ze swoją sumą kontrolną
    .advice = Zacznij od nowa lub poszukaj innego źródła.
error-disk-full = Dysk jest pełny
    .advice = Zwolnij miejsce; transfer ruszy dalej sam.
error-permission-denied = Brak uprawnień do zapisu w tym miejscu
    .advice = Wybierz inny katalog.
error-read-only = Dysk jest tylko do odczytu
    .advice = Wybierz inny katalog.
error-file-missing = Nie ma tego pliku
    .advice = Sprawdź jego ścieżkę.
error-file-changed = Plik zmienił się w międzyczasie
    .advice = Zacznij od nowa, aby wysłać go w obecnej postaci.
error-file-exists = Nazwa jest zajęta
    .advice = Wybierz inną nazwę.
error-already-complete = Cały plik dotarł już na serwer
    .advice = Pozostanie tam; usuń go na serwerze, jeśli jest zbędny.
error-io = Dysk zgłasza błąd
    .advice = Sprawdź dysk, a następnie wznów.
error-ftp = Serwer odrzuca polecenie
    .advice = Sprawdź adres.
error-result-unknown = Wysłano wszystko, ale odpowiedź nie nadeszła
    .advice = Przed ponownym wysłaniem sprawdź na serwerze.
error-not-resumable = Transferu nie można kontynuować
    .advice = Zacznij od początku.

# The main screen: columns, places, menus.
column-name = Nazwa
column-progress = Postęp
column-size = Rozmiar
column-speed = Prędkość
column-time-left = Pozostało
column-status = Stan
column-added = Dodano
column-priority = Priorytet
percent = { $number }%
number = { $number }
priority-high = Wysoki
priority-normal = Zwykły
priority-low = Niski
search = Szukaj
sidebar = Panel boczny
sidebar-groups = Grupy
sidebar-destinations = Miejsca docelowe
sidebar-files = Pliki
place-all = Wszystkie
place-active = Aktywne
place-paused = Wstrzymane
place-finished = Ukończone
place-failed = Nieudane
place-downloads = Pobierania
place-uploads = Wysyłania
place-pictures = Obrazy
place-music = Muzyka
place-videos = Filmy
place-documents = Dokumenty
place-archives = Archiwa
place-programs = Programy
nothing-found = Nie znaleziono „{ $words }”.
nothing-here = Nic tu nie ma.
copy-address = Kopiuj odnośnik
move-first = Przenieś na początek
move-up = Przenieś wyżej
move-down = Przenieś niżej
move-last = Przenieś na koniec
held-network = Oczekiwanie na sieć
held-metered = Oczekiwanie: ta sieć jest płatna
held-roaming = Oczekiwanie: roaming
held-data-limit = Oczekiwanie: pakiet danych się wyczerpał
held-battery = Oczekiwanie na zasilanie
held-disk-space = Oczekiwanie: dysk jest pełny
status-chosen = { $count ->
    [one] Zaznaczono { $count }
    [few] Zaznaczono { $count }
    [many] Zaznaczono { $count }
   *[other] Zaznaczono { $count }
}
status-free = Wolne: { $size }
limit-none = Bez ograniczenia
undo = Cofnij
notice-removed = { $count ->
    [one] Usunięto { $count } transfer z listy.
    [few] Usunięto { $count } transfery z listy.
    [many] Usunięto { $count } transferów z listy.
   *[other] Usunięto { $count } transferu z listy.
}
notice-trashed = Usunięto z listy. To, co dotarło, trafi do kosza.
notice-not-trashed = Nie można przenieść „{ $name }” do kosza. Plik zostaje na miejscu.
remove-several-question = { $count ->
    [one] Usunąć { $count } transfer?
    [few] Usunąć { $count } transfery?
    [many] Usunąć { $count } transferów?
   *[other] Usunąć { $count } transferu?
}
remove-several-loss = Nie są ukończone. Pobrane już dane ({ $amount }) zostaną usunięte.
restart-several-question = { $count ->
    [one] Zacząć od nowa { $count } transfer?
    [few] Zacząć od nowa { $count } transfery?
    [many] Zacząć od nowa { $count } transferów?
   *[other] Zacząć od nowa { $count } transferu?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = „{ $which }”: nie można pobierać z adresów zaczynających się od „{ $scheme }:”.
adding-invalid = „{ $which }” nie jest pełnym adresem.
adding-too-many = „{ $which }” oznacza zbyt wiele plików. Użyj mniejszego zakresu.
adding-too-long = Ten tekst jest za długi.
adding-sends = To polecenie wysyła coś do serwera. Wykonaj je w przeglądarce.
adding-option = To polecenie zawiera nieznaną tu opcję: { $option }
adding-unfinished = To polecenie jest niepełne. Skopiuj je w całości.
adding-relative = „{ $which }” to tylko część adresu.
adding-metalink = Nie można odczytać tego pliku Metalink.
adding-more-left-out = { $count ->
    [one] Nie można też pobrać { $count } innego odnośnika.
    [few] Nie można też pobrać { $count } innych odnośników.
    [many] Nie można też pobrać { $count } innych odnośników.
   *[other] Nie można też pobrać { $count } innego odnośnika.
}
chosen-count = Zaznaczono { $chosen } z { $count }
choose-all = Zaznacz wszystko
choose-none = Odznacz wszystko
link-there = Już na liście
link-twice = Dwa razy w tekście
link-there-sentence = Ten odnośnik jest już na liście.
show-it = Pokaż
get-again = Pobierz ponownie
probe-asking = Odpytywanie serwera…
probe-size-unknown = Rozmiar nieznany
probe-resumable = można wznowić
probe-not-resumable = nie można wznowić
probe-page = Ten odnośnik prowadzi do strony internetowej.
name-taken = W katalogu jest już plik o tej nazwie.
group = Grupa
group-placeholder = Brak
group-wrong = Grupa musi mieć nazwę o długości najwyżej 100 liter.
checksum = Suma kontrolna
checksum-wrong = To nie jest suma kontrolna. Powinna wyglądać jak sha-256:9f86d0…
login-name = Nazwa użytkownika
login-name-missing = Hasło wymaga nazwy użytkownika.
login-password = Hasło
start-at = Czas rozpoczęcia
start-at-placeholder = 22:30 lub +2h30m
start-at-wrong = To nie jest czas. Powinien wyglądać jak 22:30 lub +2h30m.
speed-placeholder = 500K lub 2M na sekundę
connections = Połączenia
connections-placeholder = Automatycznie
connections-wrong = Wpisz liczbę od 1 do 255.
priority = Priorytet
said-to-all = Dane logowania i nagłówki są wysyłane do każdego serwera z powyższej listy.

# Settings: sections, search, and what all of them have
settings-general = Ogólne
settings-transfers = Transfery
settings-speed = Prędkość i harmonogram
settings-data = Sieć i dane
settings-desktop = Powiadomienia i pulpit
settings-appearance = Wygląd
settings-advanced = Zaawansowane
settings-search = Szukaj
settings-found = Wyniki wyszukiwania
settings-none-found = Żadne ustawienie nie pasuje do „{ $words }”.
settings-refused = Nie zapisano zmiany: { $reason }
setting-back = Przywróć domyślne
setting-fewer = Mniej
setting-more = Więcej
no-limit = Bez ograniczenia
weekday = { $day ->
    [1] Pn
    [2] Wt
    [3] Śr
    [4] Cz
    [5] Pt
    [6] So
   *[other] Nd
}

# Settings: each of them
setting-download-folder = Katalog pobierania
    .about = Tu trafiają pobierane pliki, o ile nie wskazano inaczej.
setting-language = Język
    .about = Język tego okna i komunikatów.
    .system = Jak w systemie
setting-max-running = Jednoczesne transfery
    .about = Pozostałe czekają na swoją kolej.
setting-max-per-host = Jednoczesne transfery z jednego serwera
    .about = Niektóre serwery pozwalają tylko na kilka.
    .none = Bez ograniczenia
setting-retries = Próby przed rezygnacją
    .about = Ile razy z rzędu transfer jest ponawiany, gdy nie dociera ani jeden bajt.
setting-on-change = Gdy plik na serwerze się zmieni
    .about = Co dzieje się z już rozpoczętym pobieraniem.
    .pause = Zatrzymaj i zapytaj
    .restart = Zacznij od nowa
setting-find-checksums = Szukaj sum kontrolnych
    .about = Jeśli obok pobieranego pliku serwer ma plik z sumami kontrolnymi, posłuży on do sprawdzenia.
setting-download-limit = Prędkość pobierania
    .about = Najwięcej, ile zużywają łącznie wszystkie pobierania.
setting-upload-limit = Prędkość wysyłania
    .about = Najwięcej, ile zużywają łącznie wszystkie wysyłania.
setting-speed-limit = Łączna prędkość
    .about = Najwięcej, ile zużywają łącznie pobierania i wysyłania.
setting-windows = Harmonogram
    .about = Kiedy obowiązują inne ograniczenia albo nic nie jest przesyłane. Gdy nakłada się kilka przedziałów, liczy się ten najwyżej na liście.
setting-data-plan = Pakiet danych
    .about = Ile można przesłać przez płatne sieci, na przykład przez telefon.
setting-data-plan-period = Okres pakietu
    .about = Po tym czasie pakiet liczy się od nowa.
    .day = Dzień
    .week = Tydzień
    .month = Miesiąc
setting-data-plan-begins = Dzień rozpoczęcia pakietu
    .about = Dzień tygodnia lub miesiąca, od którego pakiet liczy się od nowa.
setting-keep-to-data-plan = Nigdy nie przekraczaj pakietu
    .about = Nic nie wyjdzie poza pakiet, nawet transfery, które mogą kosztować.
setting-proxy = Serwer proxy
    .about = Serwer, przez który przechodzą wszystkie połączenia. Dane logowania do niego podaje się w poszczególnych transferach.
    .system = Jak w systemie
    .direct = Brak
    .own = Ręcznie
setting-notifications = Powiadomienia
    .about = Informuj, gdy transfer się zakończy lub nie powiedzie.
setting-inhibit-sleep = Nie usypiaj komputera
    .about = Komputer nie zasypia sam, gdy trwają transfery.
setting-pause-on-battery = Czekaj przy zasilaniu z baterii
    .about = Transfery ruszą dalej po ponownym podłączeniu komputera do zasilania.
setting-pause-below-percent = Czekaj przy słabej baterii
    .about = Transfery czekają, gdy poziom baterii jest niższy od podanego.
    .none = Nigdy
    .unit = %
setting-pause-in-power-saver = Czekaj przy oszczędzaniu energii
    .about = Transfery czekają, gdy środowisko jest w trybie oszczędzania energii.
setting-appearance = Styl
    .about = Jasny lub ciemny.
    .system = Jak w systemie
    .light = Jasny
    .dark = Ciemny
setting-contrast = Kontrast
    .about = Jak wyraźnie wszystko się wyróżnia.
    .system = Jak w systemie
    .normal = Zwykły
    .high = Wysoki
setting-accent = Kolor
    .about = Kolor tego, co trwa, i następnego kroku.
    .system = Jak w systemie
    .own = Niebieski
setting-motion = Animacje
    .about = Czy elementy okna poruszają się same.
    .system = Jak w systemie
    .full = Tak
    .reduced = Jak najmniej
setting-text-scale = Wielkość interfejsu
    .about = Można ją też zmienić klawiszami Ctrl i plus lub minus.
    .unit = %
setting-connect-timeout = Czas oczekiwania na połączenie
    .about = Gdy serwer nie odpowiada przez ten czas, kolejna próba nastąpi później.
    .unit = s
setting-silence-timeout = Czas oczekiwania na dane
    .about = Gdy przez ten czas nic nie dociera, połączenie jest nawiązywane od nowa.
    .unit = s
setting-min-split = Najmniejsza część
    .about = Plik jest pobierany kilkoma połączeniami tylko wtedy, gdy na każde przypada co najmniej tyle danych.
setting-hardware-acceleration = Rysuj za pomocą karty graficznej
    .about = Działa od następnego uruchomienia. Wyłącz, jeśli okno wygląda nieprawidłowo.

# Settings: times of the day
window-add = Dodaj przedział
window-edit = Edytuj
window-earlier = Przenieś wyżej
window-done = Gotowe
window-days = Dni
window-hours = Godziny
window-pace = W tym czasie
window-rest = Nic nie jest przesyłane
window-limits = Inne ograniczenia
window-downloads = Pobierania
window-uploads = Wysyłania
window-both = Łącznie
window-daily = Codziennie
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Nic nie jest przesyłane
window-limit-down = Pobieranie najwyżej { $speed }
window-limit-up = Wysyłanie najwyżej { $speed }
window-limit-both = Łącznie najwyżej { $speed }

# Settings: what is no value
wrong-number = Wpisz liczbę całkowitą od { $least } do { $most }.
wrong-speed = Wpisz liczbę z jednostką, na przykład 500 kB/s lub 2,5 MB/s. Puste pole oznacza brak ograniczenia.
wrong-size = Wpisz liczbę z jednostką, na przykład 500 MB lub 5 GB.
wrong-small = Najmniejsza wartość to { $least }.
wrong-proxy = Powinno wyglądać jak http://proxy.example:3128 lub socks5h://localhost:1080.
wrong-login = Pomiń nazwę użytkownika i hasło: zapisano by je w postaci czytelnej dla wszystkich.
wrong-hours = Powinno wyglądać jak 22:00–06:00.

# What a transfer needs from somebody
log-in = Zaloguj się
log-in-sentence = { $host } wymaga zalogowania się.
new-link = Nowy odnośnik
new-link-sentence = Odnośnik wygasł. Podaj inny do tego samego pliku, a transfer będzie kontynuowany od miejsca, w którym jest.
new-link-wrong = To nie jest adres.

# The panel of particulars
tab-overview = Przegląd
tab-segments = Części
tab-speed = Prędkość
tab-attempts = Próby
tab-answer = Odpowiedź
details-none = Zaznacz transfer, aby zobaczyć tu wszystko na jego temat.
copy = Kopiuj
open-part = Otwórz w trakcie pobierania
notice-no-beginning = Początku „{ $name }” jeszcze nie pobrano. Spróbuj ponownie za chwilę.
detail-connections = Połączenia
detail-group = Grupa
detail-priority = Priorytet
detail-resumable = Po wstrzymaniu
resumable-yes = ruszy dalej od miejsca zatrzymania
resumable-no = zacznie się od nowa; serwer nie potrafi kontynuować od środka
bound-own-limit = Prędkość wynika z ograniczenia tego transferu: { $speed }.
bound-all-limit = Prędkość wynika ze wspólnego ograniczenia wszystkich transferów: { $speed }.
bound-limit = Prędkość wynika z jednego z ograniczeń.
bound-disk = Dysk nie może działać szybciej.
bound-connection = { $count ->
    [one] Serwer nie daje połączeniu większej prędkości, a może być tylko jedno.
    [few] Serwer nie daje jednemu połączeniu większej prędkości, a nie może ich być więcej niż { $count }.
    [many] Serwer nie daje jednemu połączeniu większej prędkości, a nie może ich być więcej niż { $count }.
   *[other] Serwer nie daje jednemu połączeniu większej prędkości, a nie może ich być więcej niż { $count }.
}
bound-host = { $count ->
    [one] Serwer dopuszcza najwyżej { $count } połączenie.
    [few] Serwer dopuszcza najwyżej { $count } połączenia.
    [many] Serwer dopuszcza najwyżej { $count } połączeń.
   *[other] Serwer dopuszcza najwyżej { $count } połączenia.
}
bound-network = Sieć jest w pełni zajęta; dodatkowe połączenia nie zwiększą prędkości.
bound-proxy = Droga przez serwer proxy jest w pełni zajęta; dodatkowe połączenia nie zwiększą prędkości.
segments-none = Nie dotarła jeszcze żadna część pliku.
segments-unknown = Pobrano { $size }. Serwer nie podał długości pliku.
segments-upload = Plik jest wysyłany od początku do końca.
segments-confirmed = Serwer potwierdził odbiór: { $amount }.
segments-connections = { $count ->
    [one] { $count } połączenie
    [few] { $count } połączenia
    [many] { $count } połączeń
   *[other] { $count } połączenia
}
connection-range = { $from } – { $until }
connection-from = od { $from } do końca
part-checked = Na dysku i sprawdzone
part-safe = Na dysku
part-arrived = Właśnie dotarło
part-coming = Połączenie
part-missing = Brakuje
speed-now = Teraz
speed-mean = Średnia
speed-highest = Najwyższa
speed-explained = Ostatnie minuty, gdy ten panel był otwarty.
speed-none = Ten transfer nie jest teraz w toku. Gdy jest w toku, widać tu wykres jego prędkości.
speed-soon = Za chwilę pojawi się tu wykres prędkości.
attempts-none = Nie było jeszcze żadnej próby.
attempts-before = { $count ->
    [one] { $count } wcześniejszy wpis nie jest już przechowywany.
    [few] { $count } wcześniejsze wpisy nie są już przechowywane.
    [many] { $count } wcześniejszych wpisów nie jest już przechowywanych.
   *[other] { $count } wcześniejszego wpisu nie jest już przechowywane.
}
attempt-completed = Wszystko dotarło i się zgadza.
attempt-stopped = Zatrzymano przed końcem.
attempt-took = trwało { $time }
attempt-moved = przesłano { $amount }
happened-restarted = Zaczęto od nowa na życzenie użytkownika.
happened-started-over = Zaczęto od nowa: { $why }
happened-paused = Wstrzymane przez użytkownika.
happened-link = Zmieniono adres.
happened-network = Nie było sieci; transfer na nią czekał.
answer-way = Sposób żądania
answer-none = Odpowiedź serwera nie została zachowana.
resume-from = Wznów z pliku
notice-no-picker = Środowisko nie udostępnia okna wyboru. To samo robi polecenie „windlass get --resume-data PLIK”.
notice-not-resume-data = Plik „{ $name }” nie zawiera danych do wznowienia lub jest uszkodzony.
open-part-there = Otwórz pobraną część

# Keys
main-menu = Menu
shortcuts = Skróty klawiszowe
keys-search = Szukaj skrótów
keys-none-found = Żaden skrót nie pasuje do „{ $words }”.
keys-adding = Dodawanie
keys-paste = Dodaj skopiowane
keys-chosen = Zaznaczone transfery
keys-toggle = Wstrzymaj lub wznów
keys-open = Otwórz plik lub pokaż szczegóły
keys-tabs = Następna lub poprzednia karta szczegółów
keys-queue = Przenieś wyżej lub niżej w kolejce
keys-queue-ends = Przenieś na początek lub koniec kolejki
keys-menu = Wszystkie dostępne działania
keys-choosing = Zaznaczanie transferów
keys-rows = Transfer wyżej lub niżej
keys-pages = O stronę wyżej lub niżej
keys-ends = Pierwszy lub ostatni
keys-through = Wszystkie aż do tego transferu
keys-besides = Jeszcze jeden razem z zaznaczonymi
keys-all-rows = Wszystkie
keys-all = Wszystkie transfery
keys-limit = Włącz lub wyłącz ograniczenie prędkości
keys-window = Okno
keys-places = Wszystkie, aktywne, wstrzymane, ukończone, nieudane
keys-size = Powiększ lub pomniejsz interfejs
keys-usual-size = Zwykła wielkość interfejsu
keys-close = Zamknij okno; transfery trwają dalej
keys-moving = Poruszanie się po oknie
keys-next = Następny lub poprzedni przycisk albo pole
keys-press = Naciśnij przycisk
keys-choices = Sąsiednia opcja
keys-leave = Wyjdź z okna dialogowego, szczegółów lub wyszukiwania albo usuń zaznaczenie
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Spacja
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = Menu

# What this program is
about = O programie Windlass
about-version = Wersja { $version }
about-sentence = Menedżer pobierania i wysyłania, którego transfery przetrwają wszystko.
about-licence = Wolne oprogramowanie. Można go używać na warunkach { $licence }.
about-transfers = Transfery
about-log = Dziennik
about-copy = Kopiuj do zgłoszenia
about-copied = Skopiowano
about-parts = Biblioteki
about-parts-sentence = Te biblioteki są częścią programu, każda na warunkach własnej licencji.

# How much was moved
statistics = Statystyki
statistics-none = Nic jeszcze nie przesłano. Od teraz liczy się tu wszystko, co jest pobierane i wysyłane.
statistics-days = { $count ->
    [one] Ostatni { $count } dzień
    [few] Ostatnie { $count } dni
    [many] Ostatnie { $count } dni
   *[other] Ostatnie { $count } dnia
}
statistics-down = Pobrano
statistics-up = Wysłano
statistics-completed = Ukończono
statistics-failed = Nieudane
statistics-today = Dzisiaj
statistics-week = W tym tygodniu
statistics-month = W tym miesiącu
statistics-since = Od { $day }
statistics-day = { $day }: pobrano { $down }, wysłano { $up }

# Groups
groups = Grupy
groups-none = Grupa łączy transfery: po kolei, z własnym ograniczeniem prędkości lub z własnym katalogiem.
group-add = Dodaj grupę
group-times = Harmonogram
group-new = Nowa grupa
group-title = Grupa „{ $name }”
group-name = Nazwa
group-order = Kolejność
group-parallel = Wszystkie naraz
group-serial = Po kolei
group-limit = Ograniczenie prędkości całej grupy
group-folder = Katalog pobierania grupy
group-folder-none = Katalog pobierania
group-at-most = najwyżej { $speed }
group-done = Ukończono { $done } z { $all }
group-failed = Nieudane: { $count }
group-success = Po ukończeniu całości uruchom
group-failure = Gdy coś się nie powiedzie, uruchom
group-command = Program i jego argumenty
command-wrong = To nie jest polecenie. Każdy cudzysłów musi być zamknięty.
group-taken = Grupa o tej nazwie już istnieje.
group-remove = Usunąć grupę „{ $name }”? Jej transfery pozostaną.
move-current = Przenieś na początek grupy
cost = Płatne sieci
cost-free = Czekaj na sieć bez opłat
cost-default = W ramach pakietu danych
cost-always = Używaj mimo to

# Where nothing is listed
empty-paste = Wklej odnośnik lub dowolny tekst z odnośnikami.
empty-drop = Upuść odnośniki lub pliki na to okno.
empty-folder = Pobrane pliki trafiają do { $folder }
empty-change = Zmień…
nothing-search-on = Wyczyść wyszukiwanie
nothing-show-all = Pokaż wszystkie
nothing-active = Nic nie jest w toku ani nie czeka.
nothing-paused = Nic nie jest wstrzymane.
nothing-finished = Nic nie jest jeszcze ukończone.
nothing-failed = Nie ma nieudanych transferów.

# When all is done
when-done = Po ukończeniu wszystkiego…
when-nothing = Nic nie rób
when-quit = Zakończ Windlass
when-suspend = Uśpij komputer
when-power-off = Wyłącz komputer
when-done-status = Po ukończeniu wszystkiego: { $what }
when-quit-in = Wszystko ukończono. Windlass zakończy działanie za { $seconds } s.
when-suspend-in = Wszystko ukończono. Komputer zostanie uśpiony za { $seconds } s.
when-power-off-in = Wszystko ukończono. Komputer zostanie wyłączony za { $seconds } s.
when-failed = Wszystko ukończono, ale nie udało się uśpić ani wyłączyć komputera.

# Destinations and sites
destinations = Miejsca docelowe
destinations-none = Miejsce docelowe to nazwa miejsca, do którego są wysyłane pliki, wraz z danymi logowania i sposobem wysyłania.
destination-add = Dodaj miejsce docelowe
destination-new = Nowe miejsce docelowe
destination-import = Importuj z ShareX…
destination-title = Miejsce docelowe „{ $name }”
destination-taken = Miejsce docelowe o tej nazwie już istnieje.
destination-remove = Usunąć miejsce docelowe „{ $name }”? To, co tam wysłano, pozostanie.
destination-copies = Kopiuj odnośnik po wysłaniu pliku
destination-link = Skąd wziąć odnośnik
destination-link-wrong = W ten sposób nie można znaleźć odnośnika. Można podać {"{"}json:ŚCIEŻKA{"}"}, {"{"}header:NAZWA{"}"} lub {"{"}response{"}"}.
destination-file-field = Nazwa pola z plikiem
sites = Witryny
sites-none = Witryna to serwer, dla którego coś ustalono: dane logowania, katalog lub ograniczenie dla wszystkiego, co stamtąd przychodzi lub jest tam wysyłane.
site-add = Dodaj witrynę
site-new = Nowa witryna
site-title = Witryna { $name }
site-taken = Witryna o tym adresie już istnieje.
site-remove = Usunąć witrynę { $name }? Dodane już transfery zachowają swoje ustawienia.
site-url = Adres
site-url-about = Cały serwer lub katalog na nim.
site-usual = Jak w ustawieniach
site-number = Wpisz liczbę całkowitą.
site-timeout = Czas oczekiwania na serwer (s)
site-proxy-about = Adres lub „direct”, aby nie używać serwera proxy.
site-proxy-wrong = Powinno wyglądać jak http://proxy.example:3128 lub socks5h://localhost:1080 albo mieć wartość „direct”.
site-cookies = Plik z ciasteczkami
site-cookies-none = Brak
has-login = Z danymi logowania
host-key = Klucz serwera
host-key-wrong = To nie jest klucz serwera. Powinien składać się z „SHA256:” i 43 dalszych znaków.
login-password-missing = Wpisz też hasło; zachowane należy do zachowanej nazwy użytkownika.
secret-kept = Zachowano
secret-stays = Pozostaw oba pola puste, aby nic nie zmieniać.
secret-forget = Zapomnij
secrets-kept = Przechowywane w bazie kluczy
secrets-elsewhere = Zachowane dane logowania dotyczą tylko poprzedniego serwera. Podaj je ponownie.
secrets-go = Dane logowania też zostaną usunięte.
import-no-picker = Środowisko nie udostępnia okna wyboru. To samo robi polecenie „windlass destinations import PLIK”.
import-not-one = Plik „{ $name }” nie opisuje własnego modułu wysyłania ShareX (custom uploader).

# What is told when a transfer ends
telling = Powiadomienie
telling-usual = Jak zwykle
telling-words = Własny tekst
telling-nothing = Brak
telling-done = Tekst po udanym zakończeniu
telling-placeholder = Zdjęcia już są
telling-wrong = Wpisz tekst powiadomienia.

# Where a download finds no place, and a server that is not known
new-folder = Inny katalog…
notice-no-folder-picker = Okno wyboru jest tu niedostępne. To samo robi polecenie „windlass set ID folder=ŚCIEŻKA”.
trust-server = Zaufaj temu serwerowi
trust-server-sentence = { $host } przedstawia nieznany tu klucz. Porównaj go z tym, który poda właściciel serwera: ktoś inny może przechwytywać połączenie.
trust-server-yes = Zaufaj kluczowi dla tego serwera

# The menu of a field
field-cut = Wytnij
field-paste = Wklej
field-select-all = Zaznacz wszystko

# Room in the window
keys-panel = Powiększ lub zmniejsz panel szczegółów
text-scale-followed = Tak duży, jak chce pulpit, obecnie { $percent } %.

# At home on the desktop
setting-autostart = Uruchamiaj po zalogowaniu
    .about = Bez okna. Transfery są kontynuowane same.
autostart-reason = Transfery są kontynuowane po zalogowaniu
job-title = Transfery
notice-series = Ukończono { $done } z { $all }
setting-recent-files = Ostatnie pliki
    .about = Umieszczaj ukończone pobrania wśród ostatnich plików pulpitu.
