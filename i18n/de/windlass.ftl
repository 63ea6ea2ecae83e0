# Toolbar, tray, and what can be done with one transfer
add-download = Download hinzufügen
add-upload = Upload hinzufügen
pause-all = Alle pausieren
resume-all = Alle fortsetzen
clear-finished = Fertige entfernen
preferences = Einstellungen
pause = Pausieren
resume = Fortsetzen
cancel = Abbrechen
restart = Neu beginnen
send-again = Erneut senden
remove = Entfernen
move-to-trash = In den Papierkorb
open = Öffnen
show-in-folder = Im Ordner anzeigen
copy-link = Link kopieren
details = Details
close = Schließen
leave = Abbrechen
back = Zurück
dismiss = Ausblenden

# Main window
empty-title = Noch nichts vorhanden
status-running = { $count ->
    [one] { $count } läuft
   *[other] { $count } laufen
}
status-idle = Nichts läuft
status-total = { $count ->
    [one] { $count } Übertragung
   *[other] { $count } Übertragungen
}
drop-hint = Links zum Herunterladen, Dateien zum Hochladen ablegen

# Where a transfer stands
state-queued = In der Warteschlange
state-downloading = Wird heruntergeladen
state-uploading = Wird hochgeladen
state-verifying = Wird geprüft
state-completed = Fertig
state-cancelled = Abgebrochen
state-skipped = Übersprungen: Eine solche Datei gibt es schon
state-failed = Fehlgeschlagen
state-paused = Pausiert
state-waiting = Wartet
state-restart-needed = Angehalten: Bei erneutem Senden kommt es vielleicht doppelt an
state-changed = Angehalten: Die Datei auf dem Server hat sich geändert
state-needs-link = Angehalten: Der Link funktioniert nicht mehr
state-needs-login = Angehalten: Eine Anmeldung ist nötig
state-network = Wartet auf das Netzwerk
state-metered = Wartet auf ein kostenloses Netzwerk
state-roaming = Wartet: Dieses Netzwerk gehört einem anderen Anbieter
state-data-limit = Wartet: Das Datenvolumen würde nicht reichen
state-battery = Wartet, um den Akku zu schonen
state-retry = Neuer Versuch um { $time }
state-schedule = Geplant: { $time }
state-disk-space = Wartet auf freien Speicherplatz
state-answer = Fertig, Antwort des Servers: { $status }
leftover = Auf dem Server zurückgeblieben
leftover-removing = Wird vom Server entfernt

# Amounts
amount = { $number } { $unit }
amount-of = { $done } von { $total } { $unit }
speed = { $amount }/s
time-left = noch { $time }
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } d { $h } h
separator = { " · " }

# Adding downloads
links = Links
links-placeholder = https://example.org/datei.iso
links-count = { $count ->
    [0] Ein Link pro Zeile.
    [one] { $count } Link.
   *[other] { $count } Links.
}
links-left-out = { $count ->
    [one] Das ist keine Adresse; sie wird ausgelassen: { $which }
   *[other] Das sind keine Adressen; sie werden ausgelassen: { $which }
}
folder = Ordner
file-name = Dateiname
file-name-placeholder = Wie vom Server benannt
choose = Auswählen …
start = Starten
no-picker = Der Desktop bietet keinen Auswahldialog. Geben Sie stattdessen den Pfad ein.
path-not-whole = Geben Sie den ganzen Pfad an, beginnend mit „/“.
name-not-plain = Ein Dateiname darf kein „/“ enthalten.

# Adding uploads
files = Dateien
files-none = Noch keine Datei ausgewählt.
file-placeholder = /pfad/zur/datei
add-file = Hinzufügen
choose-files = Dateien auswählen …
choose-folder = Ordner auswählen …
folder-tally = { $files ->
    [one] { $files } Datei
   *[other] { $files } Dateien
} in { $folders ->
    [one] { $folders } Ordner
   *[other] { $folders } Ordnern
}, { $size }
folder-left-out = { $count ->
    [one] nicht gesendet: { $which }
   *[other] { $count } nicht gesendet, darunter { $which }
} ({ $why ->
    [link-to-folder] ein Link auf einen Ordner
    [link-to-outside] ein Link nach außerhalb
    [link-to-nothing] ein Link ins Leere
    [no-file] keine gewöhnliche Datei
    [empty-folder] ein leerer Ordner
   *[unreadable] nicht lesbar
})
address = Adresse
address-placeholder = https://example.org/upload
more = Mehr
less = Weniger
way = Verfahren
way-auto = Automatisch
way-form = Formular
way-resumable = Fortsetzbares HTTP
way-hint = { $way ->
    [webdav] Der Name erscheint erst, wenn die Datei vollständig ist.
    [s3] Ein Objekt unter https://server/bucket/name. Schreiben Sie die beiden Schlüssel in die Adresse: https://schlüssel:geheimnis@server/…
    [resumable] Geht nach einer Unterbrechung weiter, wie es der Entwurf des Webstandards vorsieht.
    [google] Eine Sitzung der Google-Dienste; geht nach einer Unterbrechung weiter.
    [post] Eine einzige Anfrage. Zweimal gesendet, ist die Datei vielleicht doppelt da.
    [put] Eine einzige Anfrage, die die Datei genau unter dieser Adresse ablegt oder darin, wenn sie auf „/“ endet. Sie kann ohne Schaden wiederholt werden.
    [form] Wird wie von einem Browser gesendet.
    [tus] Geht nach einer Unterbrechung weiter.
   *[auto] Der Server wird gefragt, was er am besten annimmt.
}
fields = Felder
fields-placeholder = name=wert, eines pro Zeile
field-wrong = „{ $line }“ ist kein Feld. Es sollte aussehen wie „name=wert“.
headers = Header
headers-placeholder = Name: Wert, einer pro Zeile
header-wrong = „{ $line }“ ist kein Header. Er sollte aussehen wie „Name: Wert“.
destination = Ziel
destination-save = Als Ziel speichern
destination-name = Name
destination-name-wrong = Ein Ziel braucht einen kurzen Namen, der keine Adresse ist.
destination-kept = Gespeichert.
save = Speichern
if-exists = Wenn der Name vergeben ist
if-exists-fail = Unverändert lassen
if-exists-rename = Neuen Namen verwenden
if-exists-overwrite = Ersetzen
if-exists-skip = Datei überspringen
limit = Tempolimit
limit-placeholder = 500K oder 2M pro Sekunde; leer für keins
speed-wrong = Das ist kein Tempo. Es sollte aussehen wie 500K oder 2M.
files-clash = Mehrere Dateien würden unter { $address } abgelegt. Verwenden Sie die Adresse eines Ordners, die auf „/“ endet, und Dateien mit verschiedenen Namen.

# Questions
remove-question = „{ $name }“ entfernen?
remove-loss = { $amount }, die schon angekommen sind, werden gelöscht.
remove-loss-upload = Der Upload endet hier; bereits Gesendetes bleibt vielleicht auf dem Server.
remove-loss-upload-begun = Der Upload endet hier; bereits Gesendetes wird vom Server entfernt.
restart-question = „{ $name }“ neu beginnen?
restart-loss = { $amount }, die schon angekommen sind, werden noch einmal heruntergeladen.
quit-question = { $count ->
    [one] Eine Übertragung läuft
   *[other] { $count } Übertragungen laufen
}
quit-explained = Übertragungen können ohne dieses Fenster weiterlaufen. Wenn Sie Windlass beenden, werden sie pausiert und beim nächsten Mal fortgesetzt.
keep-running = Im Hintergrund weiterlaufen
pause-and-quit = Pausieren und beenden
quit = Beenden

# Details
detail-address = Adresse
detail-found-at = Gefunden unter
detail-destination = Ziel
detail-link = Link
detail-file = Datei
detail-added = Hinzugefügt
detail-finished = Beendet
detail-answer = Antwort des Servers
detail-checked = Verglichen mit
checked-checksum = Prüfsumme ({ $algorithm }) und Größe
checked-etag = Versionskennung des Servers und Größe
checked-length = Größe, die der Server genannt hat
checked-none = nichts; der Server hat weder Größe noch Version genannt

# Messages
gone-title = Die Sitzung ist beendet
gone-explained = Übertragungen sind pausiert und bleiben erhalten. Starten Sie Windlass neu, um fortzufahren.
problem-title = Windlass kann nicht starten
problem-locked = Ein anderes Windlass benutzt dieses Profil. Beenden Sie es oder warten Sie, bis es beendet ist, und starten Sie neu.
problem-newer = Die Liste der Übertragungen wurde von einer neueren Version von Windlass geschrieben und nicht verändert. Verwenden Sie die neuere Version.
problem-unusable = { $path } kann nicht verwendet werden: { $reason }. Prüfen Sie die Zugriffsrechte und den Datenträger.
notice-background = Übertragungen liefen weiter, während das Fenster geschlossen war.
notice-cannot-open = „{ $name }“ konnte nicht geöffnet werden.
notice-restored = Die Liste der Übertragungen war beschädigt. Die vorherige wird verwendet; die beschädigte bleibt als { $path } erhalten.
notice-settings = Die Einstellungen konnten nicht gelesen werden und bleiben unverändert: { $path }

# Notifications and tray
notice-download-done = { $name } ist heruntergeladen
notice-upload-done = { $name } ist hochgeladen
notice-failed = { $name } ist fehlgeschlagen: { $reason }
notice-group-done = Alles in „{ $name }“ ist fertig
notice-group-failed =
    { $count ->
        [one] Eine Übertragung in „{ $name }“ ist fehlgeschlagen
       *[other] { $count } Übertragungen in „{ $name }“ sind fehlgeschlagen
    }
notice-open = Öffnen
notice-show = Im Ordner anzeigen
awake-reason = Übertragungen laufen
sleep-delay-reason = Der Fortschritt der Übertragungen wird gespeichert
tray-open = Windlass öffnen
tray-idle = Windlass: Nichts läuft
tray-running = { $count ->
    [one] Windlass: { $count } Übertragung läuft
   *[other] Windlass: { $count } Übertragungen laufen
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Der Name des Servers ist nicht bekannt
    .advice = Prüfen Sie die Adresse und das Netzwerk.
error-cannot-connect = Der Server antwortet nicht
    .advice = Vielleicht ist er außer Betrieb; versuchen Sie es später noch einmal.
error-server-unreachable = Der Server ist nicht erreichbar
    .advice = Prüfen Sie das Netzwerk.
error-timeout = Der Server hat zu lange gebraucht
    .advice = Versuchen Sie es später noch einmal.
error-connection-aborted = Die Verbindung wurde unterbrochen
    .advice = Mit „Fortsetzen“ geht es weiter.
error-certificate-common-name-is-incorrect = Das Zertifikat des Servers gehört zu einem anderen Namen
    .advice = Prüfen Sie die Adresse.
error-certificate-expired = Das Zertifikat des Servers ist abgelaufen
    .advice = Prüfen Sie die Uhr dieses Rechners oder fragen Sie den Betreiber der Seite.
error-certificate-revoked = Das Zertifikat des Servers wurde widerrufen
    .advice = Fragen Sie den Betreiber der Seite.
error-certificate-is-invalid = Dem Zertifikat des Servers wird nicht vertraut
    .advice = Fragen Sie den Betreiber der Seite.
error-host-key-not-trusted = Dem Schlüssel des Servers wird nicht vertraut
    .advice = Fragen Sie den Betreiber des Servers nach dem richtigen und vertrauen Sie nur diesem.
error-redirect-failed = Der Server leitet endlos von einer Adresse zur nächsten weiter
    .advice = Prüfen Sie den Link.
error-https-to-http-on-redirection = Der Server leitet von einer sicheren Adresse auf eine unsichere weiter
    .advice = Verwenden Sie die Zieladresse, wenn Sie ihr vertrauen.
error-error-http-invalid-server-response = Die Antwort des Servers ist unverständlich
    .advice = Versuchen Sie es später noch einmal.
error-insufficient-range-support = Der Server kann nicht mittendrin fortsetzen
    .advice = Mit „Neu beginnen“ startet die Übertragung von vorn.
error-secret-not-found = Die Anmeldedaten wurden nicht gefunden
    .advice = Entsperren Sie den Schlüsselbund und setzen Sie fort, oder fügen Sie die Übertragung mit den Anmeldedaten neu hinzu.
error-unauthorized = Der Server verlangt eine Anmeldung
    .advice = Melden Sie sich mit Name und Passwort an.
error-forbidden = Der Server verweigert den Zugriff
    .advice = Prüfen Sie den Link und die Anmeldedaten.
error-not-found = Auf dem Server gibt es diese Datei nicht
    .advice = Prüfen Sie den Link.
error-proxy-authentication-required = Der Proxy verlangt eine Anmeldung
    .advice = Fügen Sie die Übertragung mit Name und Passwort für den Proxy neu hinzu.
error-proxy-unreachable = Der Proxy antwortet nicht
    .advice = Prüfen Sie die Proxy-Einstellungen und das Netzwerk.
error-proxy-refused = Der Proxy lässt das nicht durch
    .advice = Prüfen Sie die Proxy-Einstellungen oder fragen Sie den Betreiber.
error-gone = Die Datei ist nicht mehr da
    .advice = Suchen Sie nach einem neuen Link.
error-locked = Die Datei wird auf dem Server gerade verwendet
    .advice = Versuchen Sie es später noch einmal.
error-insufficient-storage = Der Server hat keinen Platz mehr
    .advice = Setzen Sie fort, wenn wieder Platz ist.
error-request-entity-too-large = Die Datei ist zu groß für den Server
    .advice = Fragen Sie, welche Größe er annimmt.
error-requested-range-not-satisfiable = Der Server hat weniger Bytes als zuvor
    .advice = Mit „Neu beginnen“ startet die Übertragung von vorn.
error-too-many-requests = Der Server möchte weniger Anfragen
    .advice = Versuchen Sie es später noch einmal.
error-unexpected-client-error = Der Server lehnt die Anfrage ab
    .advice = Prüfen Sie die Adresse.
error-internal-server-error = Der Server hat ein Problem
    .advice = Versuchen Sie es später noch einmal.
error-unexpected-status-code = Die Antwort des Servers ist keine Datei
    .advice = Prüfen Sie den Link.
error-operation-canceled = Die Übertragung wurde abgebrochen
    .advice = Mit „Neu beginnen“ wird sie wiederholt.
error-invalid-proxy = Das ist keine Adresse eines Proxys
    .advice = Sie sollte aussehen wie http://proxy.example:3128.
error-invalid-url = Das ist keine Adresse
    .advice = Sie sollte aussehen wie https://example.org/datei.
error-unsupported-scheme = Diese Art von Adresse wird nicht unterstützt
    .advice = Verwenden Sie http, https, ftp, ftps, ftpes oder sftp.
error-truncated = Der Server hat vor dem Ende der Datei aufgehört
    .advice = Mit „Fortsetzen“ kommt der Rest.
error-changed = Die Datei auf dem Server ist jetzt eine andere
    .advice = Mit „Neu beginnen“ wird die neue heruntergeladen.
error-checksum-mismatch = Die Datei passt nicht zu ihrer Prüfsumme
    .advice = Versuchen Sie „Neu beginnen“ oder suchen Sie eine andere Quelle.
error-disk-full = Der Datenträger ist voll
    .advice = Schaffen Sie Platz; danach geht es von selbst weiter.
error-permission-denied = Dort darf nicht geschrieben werden
    .advice = Wählen Sie einen anderen Ordner.
error-read-only = Der Datenträger kann nur gelesen werden
    .advice = Wählen Sie einen anderen Ordner.
error-file-missing = Die Datei ist nicht da
    .advice = Prüfen Sie den Pfad.
error-file-changed = Die Datei hat sich inzwischen geändert
    .advice = Mit „Neu beginnen“ wird sie im jetzigen Zustand gesendet.
error-file-exists = Der Name ist vergeben
    .advice = Wählen Sie einen anderen Namen.
error-already-complete = Die ganze Datei war schon beim Server angekommen
    .advice = Sie bleibt dort; entfernen Sie sie dort, wenn Sie sie nicht möchten.
error-io = Der Datenträger meldet einen Fehler
    .advice = Prüfen Sie den Datenträger und setzen Sie dann fort.
error-ftp = Der Server lehnt den Befehl ab
    .advice = Prüfen Sie die Adresse.
error-result-unknown = Alles wurde gesendet, aber die Antwort blieb aus
    .advice = Sehen Sie auf dem Server nach, bevor Sie erneut senden.
error-not-resumable = Fortsetzen ist nicht möglich
    .advice = Mit „Neu beginnen“ startet die Übertragung von vorn.

# The main screen: columns, places, menus.
column-name = Name
column-progress = Fortschritt
column-size = Größe
column-speed = Tempo
column-time-left = Restzeit
column-status = Status
column-added = Hinzugefügt
column-priority = Priorität
percent = { $number } %
number = { $number }
priority-high = Hoch
priority-normal = Normal
priority-low = Niedrig
search = Suchen
sidebar = Seitenleiste
sidebar-groups = Gruppen
sidebar-destinations = Ziele
sidebar-files = Dateien
place-all = Alle
place-active = Aktiv
place-paused = Pausiert
place-finished = Fertig
place-failed = Fehlgeschlagen
place-downloads = Downloads
place-uploads = Uploads
place-pictures = Bilder
place-music = Musik
place-videos = Videos
place-documents = Dokumente
place-archives = Archive
place-programs = Programme
nothing-found = Nichts gefunden für „{ $words }“.
nothing-here = Hier ist nichts.
copy-address = Link kopieren
move-first = Ganz nach vorn
move-up = Nach oben
move-down = Nach unten
move-last = Ganz nach hinten
held-network = Wartet auf ein Netzwerk
held-metered = Wartet: Dieses Netzwerk kostet Geld
held-roaming = Wartet: Roaming
held-data-limit = Wartet: Das Datenvolumen ist verbraucht
held-battery = Wartet auf Stromversorgung
held-disk-space = Wartet: Der Datenträger ist voll
status-chosen = { $count ->
    [one] { $count } ausgewählt
   *[other] { $count } ausgewählt
}
status-free = { $size } frei
limit-none = Unbegrenzt
undo = Rückgängig
notice-removed = { $count ->
    [one] Eine Übertragung wurde aus der Liste entfernt.
   *[other] { $count } Übertragungen wurden aus der Liste entfernt.
}
notice-trashed = Aus der Liste entfernt. Was angekommen ist, kommt in den Papierkorb.
notice-not-trashed = „{ $name }“ konnte nicht in den Papierkorb verschoben werden. Die Datei bleibt, wo sie ist.
remove-several-question = { $count ->
    [one] { $count } Übertragung entfernen?
   *[other] { $count } Übertragungen entfernen?
}
remove-several-loss = Sie sind nicht fertig. Was davon angekommen ist ({ $amount }), wird gelöscht.
restart-several-question = { $count ->
    [one] { $count } Übertragung neu beginnen?
   *[other] { $count } Übertragungen neu beginnen?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = „{ $which }“: Adressen, die mit „{ $scheme }:“ beginnen, können nicht heruntergeladen werden.
adding-invalid = „{ $which }“ ist keine vollständige Adresse.
adding-too-many = „{ $which }“ steht für zu viele Dateien. Verwenden Sie einen kleineren Bereich.
adding-too-long = Dieser Text ist zu lang.
adding-sends = Dieser Befehl sendet etwas an den Server. Überlassen Sie das dem Browser.
adding-option = Dieser Befehl hat eine Option, die hier nicht bekannt ist: { $option }
adding-unfinished = Dieser Befehl ist nicht vollständig. Kopieren Sie ihn ganz.
adding-relative = „{ $which }“ ist nur ein Teil einer Adresse.
adding-metalink = Dieser Metalink kann nicht gelesen werden.
adding-more-left-out = { $count ->
    [one] { $count } weitere Adresse kann nicht heruntergeladen werden.
   *[other] { $count } weitere Adressen können nicht heruntergeladen werden.
}
chosen-count = { $chosen } von { $count } ausgewählt
choose-all = Alle auswählen
choose-none = Keine auswählen
link-there = Schon in der Liste
link-twice = Doppelt im Text
link-there-sentence = Dieser Link ist schon in der Liste.
show-it = Anzeigen
get-again = Erneut herunterladen
probe-asking = Server wird gefragt …
probe-size-unknown = Größe unbekannt
probe-resumable = fortsetzbar
probe-not-resumable = nicht fortsetzbar
probe-page = Dieser Link führt zu einer Webseite.
name-taken = Im Ordner gibt es eine Datei mit diesem Namen.
group = Gruppe
group-placeholder = Keine
group-wrong = Eine Gruppe braucht einen Namen mit höchstens 100 Zeichen.
checksum = Prüfsumme
checksum-wrong = Das ist keine Prüfsumme. Sie sollte aussehen wie sha-256:9f86d0…
login-name = Benutzername
login-name-missing = Zu einem Passwort gehört ein Benutzername.
login-password = Passwort
start-at = Beginnen um
start-at-placeholder = 22:30 oder +2h30m
start-at-wrong = Das ist keine Zeit. Sie sollte aussehen wie 22:30 oder +2h30m.
speed-placeholder = 500K oder 2M pro Sekunde
connections = Verbindungen
connections-placeholder = So viele wie sinnvoll
connections-wrong = Das sollte eine Zahl von 1 bis 255 sein.
priority = Priorität
said-to-all = Anmeldedaten und Header werden an jeden Server in der Liste oben gesendet.

# Settings: sections, search, and what all of them have
settings-general = Allgemein
settings-transfers = Übertragungen
settings-speed = Tempo und Zeiten
settings-data = Netzwerk und Daten
settings-desktop = Meldungen und Desktop
settings-appearance = Erscheinungsbild
settings-advanced = Erweitert
settings-search = Suchen
settings-found = Suchergebnisse
settings-none-found = Keine Einstellung passt zu „{ $words }“.
settings-refused = Das wurde nicht gespeichert: { $reason }
setting-back = Auf Standard zurücksetzen
setting-fewer = Weniger
setting-more = Mehr
no-limit = Unbegrenzt
weekday = { $day ->
    [1] Mo
    [2] Di
    [3] Mi
    [4] Do
    [5] Fr
    [6] Sa
   *[other] So
}

# Settings: each of them
setting-download-folder = Ordner für Downloads
    .about = Wohin Downloads gelangen, wenn nichts anderes angegeben ist.
setting-language = Sprache
    .about = Die Sprache dieses Fensters und der Meldungen.
    .system = Wie das System
setting-max-running = Gleichzeitige Übertragungen
    .about = Die anderen warten, bis sie an der Reihe sind.
setting-max-per-host = Gleichzeitige Übertragungen vom selben Server
    .about = Manche Server lehnen mehr als ein paar ab.
    .none = Unbegrenzt
setting-retries = Versuche bis zum Aufgeben
    .about = Wie oft hintereinander eine Übertragung erneut versucht wird, wenn kein einziges Byte ankommt.
setting-on-change = Wenn sich eine Datei auf dem Server ändert
    .about = Was mit einem Download geschieht, der schon begonnen hat.
    .pause = Anhalten und fragen
    .restart = Neu beginnen
setting-find-checksums = Nach Prüfsummen suchen
    .about = Wenn der Server neben einem Download eine Datei mit Prüfsummen hat, wird der Download damit geprüft.
setting-download-limit = Download-Tempo
    .about = Das Höchste, was alle Downloads zusammen nutzen.
setting-upload-limit = Upload-Tempo
    .about = Das Höchste, was alle Uploads zusammen nutzen.
setting-speed-limit = Gesamttempo
    .about = Das Höchste, was Downloads und Uploads zusammen nutzen.
setting-windows = Tageszeiten
    .about = Wann andere Grenzen gelten oder nichts läuft. Gelten mehrere zugleich, zählt die oberste.
setting-data-plan = Datenvolumen
    .about = Wie viel über Netzwerke laufen darf, die Geld kosten, etwa über das eines Telefons.
setting-data-plan-period = Das Volumen gilt für
    .about = Danach beginnt es von Neuem.
    .day = Einen Tag
    .week = Eine Woche
    .month = Einen Monat
setting-data-plan-begins = Das Volumen beginnt am
    .about = Der Tag der Woche oder des Monats, an dem es von Neuem beginnt.
setting-keep-to-data-plan = Volumen nie überschreiten
    .about = Nichts geht darüber hinaus, auch keine Übertragungen, die Geld kosten dürfen.
setting-proxy = Proxy
    .about = Ein Server, über den alle Verbindungen laufen. Anmeldedaten dafür gehören zur einzelnen Übertragung.
    .system = Wie das System
    .direct = Keiner
    .own = Dieser
setting-notifications = Benachrichtigungen
    .about = Melden, wenn eine Übertragung fertig oder fehlgeschlagen ist.
setting-inhibit-sleep = Rechner wach halten
    .about = Er geht nicht von selbst in Bereitschaft, solange Übertragungen laufen.
setting-pause-on-battery = Im Akkubetrieb warten
    .about = Übertragungen gehen weiter, wenn der Rechner wieder am Netz ist.
setting-pause-below-percent = Bei schwachem Akku warten
    .about = Übertragungen warten, wenn der Akku weniger als das hat.
    .none = Nie
    .unit = %
setting-pause-in-power-saver = Im Energiesparmodus warten
    .about = Übertragungen warten, solange der Desktop Energie sparen soll.
setting-appearance = Stil
    .about = Hell oder dunkel.
    .system = Wie das System
    .light = Hell
    .dark = Dunkel
setting-contrast = Kontrast
    .about = Wie deutlich sich alles abhebt.
    .system = Wie das System
    .normal = Normal
    .high = Hoch
setting-accent = Farbe
    .about = Die Farbe für das, was läuft, und für den nächsten Schritt.
    .system = Wie das System
    .own = Blau
setting-motion = Bewegung
    .about = Ob sich Dinge im Fenster von selbst bewegen.
    .system = Wie das System
    .full = Ja
    .reduced = So wenig wie möglich
setting-text-scale = Anzeigegröße
    .about = Strg und Plus oder Minus ändern sie ebenfalls.
    .unit = %
setting-connect-timeout = Warten auf eine Verbindung
    .about = Antwortet ein Server so lange nicht, wird es später noch einmal versucht.
    .unit = s
setting-silence-timeout = Warten auf einen stummen Server
    .about = Kommt so lange nichts an, wird die Verbindung neu aufgebaut.
    .unit = s
setting-min-split = Kleinster Teil
    .about = Eine Datei wird nur dann über mehrere Verbindungen geladen, wenn jede mindestens so viel zu tun hat.
setting-hardware-acceleration = Mit der Grafikkarte zeichnen
    .about = Gilt ab dem nächsten Start. Lassen Sie es ausgeschaltet, wenn das Fenster fehlerhaft aussieht.

# Settings: times of the day
window-add = Zeitraum hinzufügen
window-edit = Bearbeiten
window-earlier = Nach oben
window-done = Fertig
window-days = Tage
window-hours = Von wann bis wann
window-pace = Was dann gilt
window-rest = Nichts läuft
window-limits = Andere Grenzen
window-downloads = Downloads
window-uploads = Uploads
window-both = Zusammen
window-daily = Täglich
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Nichts läuft
window-limit-down = Downloads höchstens { $speed }
window-limit-up = Uploads höchstens { $speed }
window-limit-both = Zusammen höchstens { $speed }

# Settings: what is no value
wrong-number = Das sollte eine ganze Zahl von { $least } bis { $most } sein.
wrong-speed = Geben Sie eine Zahl mit Einheit an, etwa 500 kB/s oder 2,5 MB/s. Leer bedeutet unbegrenzt.
wrong-size = Geben Sie eine Zahl mit Einheit an, etwa 500 MB oder 5 GB.
wrong-small = Das sollten mindestens { $least } sein.
wrong-proxy = Das sollte aussehen wie http://proxy.example:3128 oder socks5h://localhost:1080.
wrong-login = Lassen Sie Name und Passwort weg: Sie würden für alle lesbar gespeichert.
wrong-hours = Das sollte aussehen wie 22:00–06:00.

# What a transfer needs from somebody
log-in = Anmelden
log-in-sentence = { $host } möchte wissen, wer Sie sind.
new-link = Neuer Link
new-link-sentence = Der Link ist abgelaufen. Geben Sie einen anderen zur selben Datei an, dann geht es an dieser Stelle weiter.
new-link-wrong = Das ist keine Adresse.

# The panel of particulars
tab-overview = Übersicht
tab-segments = Segmente
tab-speed = Tempo
tab-attempts = Versuche
tab-answer = Antwort
details-none = Wählen Sie eine Übertragung aus, um hier alles über sie zu sehen.
copy = Kopieren
open-part = Während des Downloads öffnen
notice-no-beginning = Der Anfang von „{ $name }“ ist noch nicht da. Versuchen Sie es gleich noch einmal.
detail-connections = Verbindungen
detail-group = Gruppe
detail-priority = Priorität
detail-resumable = Nach einer Pause
resumable-yes = geht es dort weiter, wo es aufgehört hat
resumable-no = beginnt es von vorn; der Server kann es nicht anders
bound-own-limit = Das Tempolimit dieser Übertragung, { $speed }, lässt kein höheres Tempo zu.
bound-all-limit = Das Tempolimit für alle Übertragungen zusammen, { $speed }, lässt kein höheres Tempo zu.
bound-limit = Ein Tempolimit lässt kein höheres Tempo zu.
bound-disk = Der Datenträger schafft nicht mehr.
bound-connection = { $count ->
    [one] Der Server gibt einer Verbindung nicht mehr Tempo, und weitere sind nicht möglich.
   *[other] Der Server gibt jeder der { $count } Verbindungen nicht mehr Tempo, und weitere sind nicht möglich.
}
bound-host = { $count ->
    [one] Der Server lässt nicht mehr als eine Verbindung zu.
   *[other] Der Server lässt nicht mehr als { $count } Verbindungen zu.
}
bound-network = Das Netzwerk ist ausgelastet; weitere Verbindungen bringen nicht mehr.
bound-proxy = Der Weg über den Proxy ist ausgelastet; weitere Verbindungen bringen nicht mehr.
segments-none = Von der Datei ist noch nichts da.
segments-unknown = { $size } sind da. Der Server hat nicht mitgeteilt, wie groß die Datei ist.
segments-upload = Eine Datei wird vom Anfang bis zum Ende der Reihe nach gesendet.
segments-confirmed = Beim Server sind { $amount } sicher angekommen.
segments-connections = { $count ->
    [one] Eine Verbindung
   *[other] { $count } Verbindungen
}
connection-range = { $from } – { $until }
connection-from = ab { $from }
part-checked = Gespeichert und geprüft
part-safe = Gespeichert
part-arrived = Gerade angekommen
part-coming = Verbindung
part-missing = Fehlt
speed-now = Aktuell
speed-mean = Durchschnitt
speed-highest = Höchstwert
speed-explained = Die letzten Minuten, in denen diese Ansicht geöffnet war.
speed-none = Diese Übertragung läuft gerade nicht. Solange sie läuft, wird hier ihr Tempo gezeichnet.
speed-soon = Das Tempo wird hier gleich gezeichnet.
attempts-none = Es gab noch keinen Versuch.
attempts-before = { $count ->
    [one] Ein früherer Eintrag wird nicht mehr aufbewahrt.
   *[other] { $count } frühere Einträge werden nicht mehr aufbewahrt.
}
attempt-completed = Alles ist angekommen und stimmt.
attempt-stopped = Vor dem Ende angehalten.
attempt-took = Dauer { $time }
attempt-moved = { $amount } übertragen
happened-restarted = Manuell neu begonnen.
happened-started-over = Neu begonnen: { $why }
happened-paused = Manuell pausiert.
happened-link = Die Adresse wurde geändert.
happened-network = Es gab kein Netzwerk, und die Übertragung hat darauf gewartet.
answer-way = Verfahren
answer-none = Von der Antwort des Servers ist nichts gespeichert.
resume-from = Aus Datei fortsetzen
notice-no-picker = Der Desktop bietet keinen Auswahldialog. „windlass get --resume-data DATEI“ bewirkt dasselbe.
notice-not-resume-data = „{ $name }“ enthält keine Daten zum Fortsetzen oder ist beschädigt.
open-part-there = Vorhandenes öffnen

# Keys
main-menu = Menü
shortcuts = Tastenkürzel
keys-search = Tastenkürzel suchen
keys-none-found = Kein Tastenkürzel passt zu „{ $words }“.
keys-adding = Hinzufügen
keys-paste = Kopiertes hinzufügen
keys-chosen = Ausgewählte Übertragungen
keys-toggle = Pausieren oder fortsetzen
keys-open = Datei öffnen oder Details anzeigen
keys-tabs = Nächste oder vorige Seite der Details
keys-queue = In der Warteschlange nach oben oder unten
keys-queue-ends = In der Warteschlange ganz nach vorn oder hinten
keys-menu = Alle verfügbaren Aktionen
keys-choosing = Übertragungen auswählen
keys-rows = Die darüber oder darunter
keys-pages = Eine Seite weiter oben oder unten
keys-ends = Die erste oder die letzte
keys-through = Alle von dort bis hier
keys-besides = Eine weitere, die anderen bleiben ausgewählt
keys-all-rows = Alle
keys-all = Alle Übertragungen
keys-limit = Tempolimit ein- oder ausschalten
keys-window = Fenster
keys-places = Alle, aktiv, pausiert, fertig, fehlgeschlagen
keys-size = Alles größer oder kleiner
keys-usual-size = Alles in normaler Größe
keys-close = Fenster schließen; Übertragungen laufen weiter
keys-moving = Navigation
keys-next = Nächste Schaltfläche oder nächstes Feld, oder zurück
keys-press = Schaltfläche drücken
keys-choices = Die Option daneben
keys-leave = Dialog, Details, Suche oder Auswahl verlassen
key-control = Strg
key-shift = Umschalt
key-alt = Alt
key-space = Leertaste
key-enter = Eingabe
key-delete = Entf
key-escape = Esc
key-tab = Tab
key-home = Pos1
key-end = Ende
key-page-up = Bild auf
key-page-down = Bild ab
key-menu = Menü

# What this program is
about = Über Windlass
about-version = Version { $version }
about-sentence = Ein Download- und Upload-Manager, dessen Übertragungen alles überstehen.
about-licence = Freie Software. Sie dürfen sie unter der Lizenz { $licence } verwenden.
about-transfers = Übertragungen
about-log = Protokoll
about-copy = Für einen Bericht kopieren
about-copied = Kopiert
about-parts = Bibliotheken
about-parts-sentence = Diese Bibliotheken sind Teil des Programms, jede unter ihrer eigenen Lizenz.

# How much was moved
statistics = Statistik
statistics-none = Noch wurde nichts übertragen. Was von jetzt an heruntergeladen und gesendet wird, wird hier gezählt.
statistics-days = Die letzten { $count } Tage
statistics-down = Download
statistics-up = Upload
statistics-completed = Fertig
statistics-failed = Fehler
statistics-today = Heute
statistics-week = Diese Woche
statistics-month = Dieser Monat
statistics-since = Seit { $day }
statistics-day = { $day }: { $down } heruntergeladen, { $up } hochgeladen

# Groups
groups = Gruppen
groups-none = Eine Gruppe hält Übertragungen zusammen: nacheinander, mit eigenem Tempolimit oder eigenem Ordner.
group-add = Gruppe hinzufügen
group-times = Tageszeiten
group-new = Neue Gruppe
group-title = Gruppe „{ $name }“
group-name = Name
group-order = Reihenfolge
group-parallel = Alle gleichzeitig
group-serial = Nacheinander
group-limit = Tempolimit für die ganze Gruppe
group-folder = Ordner für ihre Downloads
group-folder-none = Der Ordner für Downloads
group-at-most = höchstens { $speed }
group-done = { $done } von { $all } fertig
group-failed = { $count } fehlgeschlagen
group-success = Wenn alles fertig ist, ausführen
group-failure = Wenn etwas fehlgeschlagen ist, ausführen
group-command = Ein Programm und seine Argumente
command-wrong = Das ist kein Befehl. Jedes Anführungszeichen muss wieder geschlossen werden.
group-taken = Es gibt schon eine Gruppe mit diesem Namen.
group-remove = Gruppe „{ $name }“ entfernen? Ihre Übertragungen bleiben erhalten.
move-current = Ganz nach vorn in der Gruppe
cost = Netzwerke, die Geld kosten
cost-free = Auf ein kostenloses warten
cost-default = Im Rahmen des Datenvolumens
cost-always = Trotzdem nutzen

# Where nothing is listed
empty-paste = Fügen Sie einen Link ein oder einen Text, der Links enthält.
empty-drop = Ziehen Sie Links oder Dateien in dieses Fenster.
empty-folder = Downloads landen in { $folder }
empty-change = Ändern …
nothing-search-on = Suche leeren
nothing-show-all = Alle anzeigen
nothing-active = Nichts läuft oder wartet.
nothing-paused = Nichts ist pausiert.
nothing-finished = Noch ist nichts fertig.
nothing-failed = Nichts ist fehlgeschlagen.

# When all is done
when-done = Wenn alles fertig ist …
when-nothing = Nichts tun
when-quit = Windlass beenden
when-suspend = Rechner in Bereitschaft versetzen
when-power-off = Rechner ausschalten
when-done-status = Wenn alles fertig ist: { $what }
when-quit-in = Alles ist fertig. Windlass wird in { $seconds } s beendet.
when-suspend-in = Alles ist fertig. Der Rechner geht in { $seconds } s in Bereitschaft.
when-power-off-in = Alles ist fertig. Der Rechner wird in { $seconds } s ausgeschaltet.
when-failed = Alles ist fertig, aber der Rechner konnte nicht in Bereitschaft versetzt oder ausgeschaltet werden.

# Destinations and sites
destinations = Ziele
destinations-none = Ein Ziel ist ein Name für einen Ort, an den Dateien gesendet werden, samt Anmeldedaten und Verfahren.
destination-add = Ziel hinzufügen
destination-new = Neues Ziel
destination-import = Aus ShareX importieren …
destination-title = Ziel „{ $name }“
destination-taken = Es gibt schon ein Ziel mit diesem Namen.
destination-remove = Ziel „{ $name }“ entfernen? Was dorthin gesendet wurde, bleibt erhalten.
destination-copies = Link kopieren, wenn eine Datei gesendet wurde
destination-link = Wo der Link zu finden ist
destination-link-wrong = So wird kein Link gefunden. Möglich sind {"{"}json:PFAD{"}"}, {"{"}header:NAME{"}"} oder {"{"}response{"}"}.
destination-file-field = Name des Feldes mit der Datei
sites = Server
sites-none = Für einen Server lassen sich Anmeldedaten, ein Ordner oder ein Limit angeben; das gilt dann für alles, was von dort kommt oder dorthin geht.
site-add = Server hinzufügen
site-new = Neuer Server
site-title = Server { $name }
site-taken = Diese Adresse ist schon eingetragen.
site-remove = Server { $name } entfernen? Vorhandene Übertragungen behalten ihre Angaben.
site-url = Adresse
site-url-about = Ein ganzer Server oder ein Ordner darauf.
site-usual = Wie in den Einstellungen
site-number = Das sollte eine ganze Zahl sein.
site-timeout = Wartezeit auf den Server in Sekunden
site-proxy-about = Eine Adresse oder „direct“ für keinen.
site-proxy-wrong = Das sollte aussehen wie http://proxy.example:3128 oder socks5h://localhost:1080 oder „direct“ lauten.
site-cookies = Cookie-Datei
site-cookies-none = Keine
has-login = Mit Anmeldedaten
host-key = Schlüssel des Servers
host-key-wrong = Das ist kein Schlüssel eines Servers. Er sollte aus SHA256: und 43 weiteren Zeichen bestehen.
login-password-missing = Geben Sie auch das Passwort ein; das gespeicherte gehört zum gespeicherten Namen.
secret-kept = Gespeichert
secret-stays = Lassen Sie beide Felder leer, um die Angaben zu behalten.
secret-forget = Vergessen
secrets-kept = Im Schlüsselbund gespeichert
secrets-elsewhere = Die gespeicherten Anmeldedaten gelten nur für den bisherigen Server. Geben Sie sie noch einmal ein.
secrets-go = Die zugehörigen Anmeldedaten werden ebenfalls vergessen.
import-no-picker = Der Desktop bietet keinen Auswahldialog. „windlass destinations import DATEI“ bewirkt dasselbe.
import-not-one = „{ $name }“ ist kein benutzerdefinierter Uploader von ShareX.

# What is told when a transfer ends
telling = Benachrichtigung
telling-usual = Wie üblich
telling-words = Eigener Text
telling-nothing = Keine
telling-done = Text, wenn alles geklappt hat
telling-placeholder = Die Fotos sind da
telling-wrong = Geben Sie den Text der Benachrichtigung ein.

# Where a download finds no place, and a server that is not known
new-folder = Anderer Ordner …
notice-no-folder-picker = Hier gibt es keinen Auswahldialog. „windlass set ID folder=PFAD“ bewirkt dasselbe.
trust-server = Diesem Server vertrauen
trust-server-sentence = { $host } zeigt einen Schlüssel, der hier nicht bekannt ist. Vergleichen Sie ihn mit dem, den der Betreiber des Servers nennt: Jemand anderes könnte sich dazwischengeschaltet haben.
trust-server-yes = Für diesen Server akzeptieren

# The menu of a field
field-cut = Ausschneiden
field-paste = Einfügen
field-select-all = Alles auswählen

# Room in the window
keys-panel = Den Bereich mit den Details größer oder kleiner machen
text-scale-followed = So groß, wie der Desktop es möchte, zurzeit { $percent } %.

# At home on the desktop
setting-autostart = Bei der Anmeldung starten
    .about = Ohne Fenster. Übertragungen gehen von selbst weiter.
autostart-reason = Übertragungen gehen nach der Anmeldung weiter
job-title = Übertragungen
notice-series = { $done } von { $all } fertig
setting-recent-files = Zuletzt benutzte Dateien
    .about = Fertige Downloads unter den zuletzt benutzten Dateien des Desktops aufführen.
