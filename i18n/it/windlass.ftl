# Toolbar, tray, and what can be done with one transfer
add-download = Aggiungi download
add-upload = Aggiungi upload
pause-all = Metti tutto in pausa
resume-all = Riprendi tutto
clear-finished = Rimuovi completati
preferences = Impostazioni
pause = Pausa
resume = Riprendi
cancel = Annulla
restart = Ricomincia
send-again = Invia di nuovo
remove = Rimuovi
move-to-trash = Sposta nel cestino
open = Apri
show-in-folder = Mostra nella cartella
copy-link = Copia link
details = Dettagli
close = Chiudi
leave = Annulla
back = Indietro
dismiss = Chiudi

# Main window
empty-title = Ancora nessun trasferimento
status-running = { $count ->
    [one] { $count } in corso
   *[other] { $count } in corso
}
status-idle = Nessun trasferimento in corso
status-total = { $count ->
    [one] { $count } trasferimento
   *[other] { $count } trasferimenti
}
drop-hint = Rilasciare link per scaricare, file per caricare

# Where a transfer stands
state-queued = In coda
state-downloading = Download in corso
state-uploading = Upload in corso
state-verifying = Verifica in corso
state-completed = Completato
state-cancelled = Annullato
state-skipped = Saltato: esiste già un file con questo nome
state-failed = Non riuscito
state-paused = In pausa
state-waiting = In attesa
state-restart-needed = Interrotto: un nuovo invio potrebbe creare un doppione
state-changed = Interrotto: il file sul server è cambiato
state-needs-link = Interrotto: il link non è più valido
state-needs-login = Interrotto: è necessario l’accesso
state-network = In attesa della rete
state-metered = In attesa di una rete senza costi
state-roaming = In attesa: rete di un altro operatore
state-data-limit = In attesa: il piano dati non basterebbe
state-battery = In attesa per risparmiare la batteria
state-retry = Nuovo tentativo alle { $time }
state-schedule = Inizio: { $time }
state-disk-space = In attesa di spazio sul disco
state-answer = Completato, risposta del server: { $status }
leftover = Rimasto sul server
leftover-removing = Rimozione dal server in corso

# Amounts
amount = { $number } { $unit }
amount-of = { $done } di { $total } { $unit }
speed = { $amount }/s
time-left = { $time } rimanenti
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } g { $h } h
separator = { " · " }

# Adding downloads
links = Link
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] Un link per riga.
    [one] { $count } link.
   *[other] { $count } link.
}
links-left-out = { $count ->
    [one] Non è un indirizzo e viene ignorato: { $which }
   *[other] Non sono indirizzi e vengono ignorati: { $which }
}
folder = Cartella
file-name = Nome del file
file-name-placeholder = Quello indicato dal server
choose = Scegli…
start = Avvia
no-picker = Il desktop non offre una finestra di selezione. Scrivere il percorso.
path-not-whole = Scrivere il percorso completo, che inizia con «/».
name-not-plain = Il nome di un file non può contenere «/».

# Adding uploads
files = File
files-none = Nessun file scelto.
file-placeholder = /percorso/del/file
add-file = Aggiungi
choose-files = Scegli file…
choose-folder = Scegli cartella…
folder-tally = { $files ->
    [one] { $files } file
   *[other] { $files } file
} in { $folders ->
    [one] { $folders } cartella
   *[other] { $folders } cartelle
}, { $size }
folder-left-out = { $count ->
    [one] escluso: { $which }
   *[other] { $count } esclusi, il primo è { $which }
} ({ $why ->
    [link-to-folder] collegamento a una cartella
    [link-to-outside] collegamento a un elemento esterno
    [link-to-nothing] collegamento interrotto
    [no-file] non è un file normale
    [empty-folder] cartella vuota
   *[unreadable] non leggibile
})
address = Indirizzo
address-placeholder = https://example.org/upload
more = Altro
less = Meno
way = Metodo
way-auto = Automatico
way-form = Modulo
way-resumable = HTTP con ripresa
way-hint = { $way ->
    [webdav] Il nome compare solo quando il file è completo.
    [s3] Un oggetto su https://server/bucket/name. Scrivere le due chiavi nell’indirizzo: https://key:secret@server/…
    [resumable] Prosegue dopo un’interruzione, come prevede la bozza dello standard del web.
    [google] Una sessione dei servizi di Google; prosegue dopo un’interruzione.
    [post] Una sola richiesta. Se inviata due volte, il file può comparire due volte.
    [put] Una sola richiesta che salva il file proprio a questo indirizzo, o al suo interno se termina con «/». Può essere ripetuta senza rischi.
    [form] Come lo invia un browser.
    [tus] Prosegue dopo un’interruzione.
   *[auto] Si chiede al server quale metodo preferisce.
}
fields = Campi
fields-placeholder = nome=valore, uno per riga
field-wrong = «{ $line }» non è un campo. La forma corretta è «nome=valore».
headers = Intestazioni
headers-placeholder = Nome: valore, una per riga
header-wrong = «{ $line }» non è un’intestazione. La forma corretta è «Nome: valore».
destination = Destinazione
destination-save = Salva come destinazione
destination-name = Nome
destination-name-wrong = Una destinazione richiede un nome breve che non sia un indirizzo.
destination-kept = Salvata.
save = Salva
if-exists = Se il nome è già in uso
if-exists-fail = Lascia com’è
if-exists-rename = Usa un nuovo nome
if-exists-overwrite = Sostituisci
if-exists-skip = Salta il file
limit = Limite di velocità
limit-placeholder = 500K o 2M al secondo; vuoto per nessun limite
speed-wrong = Questa non è una velocità. Esempi validi: 500K o 2M.
files-clash = Più file verrebbero salvati in { $address }. Usare l’indirizzo di una cartella, che termina con «/», e file con nomi diversi.

# Questions
remove-question = Rimuovere «{ $name }»?
remove-loss = I dati già ricevuti ({ $amount }) verranno eliminati.
remove-loss-upload = L’upload si ferma qui; i dati già inviati potrebbero restare sul server.
remove-loss-upload-begun = L’upload si ferma qui; i dati già inviati vengono rimossi dal server.
restart-question = Ricominciare «{ $name }»?
restart-loss = I dati già ricevuti ({ $amount }) verranno scaricati di nuovo.
quit-question = { $count ->
    [one] È in corso { $count } trasferimento
   *[other] Sono in corso { $count } trasferimenti
}
quit-explained = I trasferimenti possono proseguire senza questa finestra. All’uscita vanno in pausa e riprendono al prossimo avvio.
keep-running = Continua in background
pause-and-quit = Metti in pausa ed esci
quit = Esci

# Details
detail-address = Indirizzo
detail-found-at = Indirizzo finale
detail-destination = Destinazione
detail-link = Link
detail-file = File
detail-added = Aggiunto
detail-finished = Terminato
detail-answer = Risposta del server
detail-checked = Verifica
checked-checksum = checksum ({ $algorithm }) e lunghezza
checked-etag = identificativo di versione del server e lunghezza
checked-length = lunghezza indicata dal server
checked-none = nessuna; il server non ha indicato né lunghezza né versione

# Messages
gone-title = La sessione è terminata
gone-explained = I trasferimenti sono in pausa e vengono conservati. Riavviare Windlass per continuare.
problem-title = Impossibile avviare Windlass
problem-locked = Un altro Windlass sta usando questo profilo. Chiudilo, o attendi che finisca, e riavvia.
problem-newer = L’elenco dei trasferimenti è stato scritto da una versione più recente di Windlass e non è stato modificato. Usare quella versione.
problem-unusable = Impossibile usare { $path }: { $reason }. Controllare i permessi e il disco.
notice-background = I trasferimenti sono proseguiti mentre la finestra era chiusa.
notice-cannot-open = Impossibile aprire «{ $name }».
notice-restored = L’elenco dei trasferimenti era danneggiato. È in uso quello precedente; quello danneggiato è conservato in { $path }.
notice-settings = Impossibile leggere le impostazioni, che restano invariate: { $path }

# Notifications and tray
notice-download-done = Download completato: { $name }
notice-upload-done = Upload completato: { $name }
notice-failed = { $name }: trasferimento non riuscito. { $reason }
notice-group-done = Tutti i trasferimenti in «{ $name }» sono completati
notice-group-failed = 
    { $count ->
        [one] { $count } trasferimento in «{ $name }» non riuscito
       *[other] { $count } trasferimenti in «{ $name }» non riusciti
    }
notice-open = Apri
notice-show = Mostra nella cartella
awake-reason = Trasferimenti in corso
sleep-delay-reason = Salvataggio dell’avanzamento dei trasferimenti in corso
tray-open = Apri Windlass
tray-idle = Windlass: nessun trasferimento in corso
tray-running = { $count ->
    [one] Windlass: { $count } trasferimento in corso
   *[other] Windlass: { $count } trasferimenti in corso
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Il nome del server è sconosciuto
    .advice = Controllare l’indirizzo e la rete.
error-cannot-connect = Il server non risponde
    .advice = Potrebbe essere fuori servizio; riprovare più tardi.
error-server-unreachable = Il server non è raggiungibile
    .advice = Controllare la rete.
error-timeout = Il server ha impiegato troppo tempo
    .advice = Riprovare più tardi.
error-connection-aborted = La connessione è stata interrotta
    .advice = Riprendere il trasferimento per continuare.
error-certificate-common-name-is-incorrect = Il certificato del server appartiene a un altro nome
    .advice = Controllare l’indirizzo.
error-certificate-expired = Il certificato del server è scaduto
    .advice = Controllare l’orologio di questo computer o rivolgersi al proprietario del sito.
error-certificate-revoked = Il certificato del server è stato revocato
    .advice = Rivolgersi al proprietario del sito.
error-certificate-is-invalid = Il certificato del server non è attendibile
    .advice = Rivolgersi al proprietario del sito.
error-host-key-not-trusted = La chiave del server non è attendibile
    .advice = Chiedere quella corretta al proprietario del server e fidarsi solo di quella.
error-redirect-failed = Il server rimanda senza fine da un indirizzo all’altro
    .advice = Controllare il link.
error-https-to-http-on-redirection = Il server rimanda da un indirizzo sicuro a uno non sicuro
    .advice = Usare l’indirizzo di arrivo, se lo si ritiene affidabile.
error-error-http-invalid-server-response = La risposta del server non è comprensibile
    .advice = Riprovare più tardi.
error-insufficient-range-support = Il server non può riprendere da metà file
    .advice = Ricominciare dall’inizio.
error-secret-not-found = Le credenziali non sono state trovate
    .advice = Sbloccare il portachiavi e riprendere, o aggiungere di nuovo il trasferimento con le credenziali.
error-unauthorized = Il server richiede l’accesso
    .advice = Accedere con nome utente e password.
error-forbidden = Il server nega l’accesso
    .advice = Controllare il link e le credenziali.
error-not-found = Il file non esiste sul server
    .advice = Controllare il link.
error-proxy-authentication-required = Il proxy richiede l’accesso
    .advice = Aggiungere di nuovo il trasferimento con nome utente e password per il proxy.
error-proxy-unreachable = Il proxy non risponde
    .advice = Controllare le impostazioni del proxy e la rete.
error-proxy-refused = Il proxy non consente questa connessione
    .advice = Controllare le impostazioni del proxy o chiedere a chi lo gestisce.
error-gone = Il file non è più disponibile
    .advice = Cercare un nuovo link.
error-locked = Il file è in uso sul server
    .advice = Riprovare più tardi.
error-insufficient-storage = Sul server non c’è più spazio
    .advice = Riprendere quando ci sarà spazio.
error-request-entity-too-large = Il file è troppo grande per il server
    .advice = Informarsi sulla dimensione accettata.
error-requested-range-not-satisfiable = Il server ha meno byte di prima
    .advice = Ricominciare dall’inizio.
error-too-many-requests = Il server chiede meno richieste
    .advice = Riprovare più tardi.
error-unexpected-client-error = Il server rifiuta la richiesta
    .advice = Controllare l’indirizzo.
error-internal-server-error = Il server ha un problema
    .advice = Riprovare più tardi.
error-unexpected-status-code = La risposta del server non è un file
    .advice = Controllare il link.
error-operation-canceled = Il trasferimento è stato annullato
    .advice = Ricominciare per eseguirlo di nuovo.
error-invalid-proxy = Questo non è l’indirizzo di un proxy
    .advice = Esempio valido: http://proxy.example:3128.
error-invalid-url = Questo non è un indirizzo
    .advice = Esempio valido: https://example.org/file.
error-unsupported-scheme = Questo tipo di indirizzo non è supportato
    .advice = Usare http, https, ftp, ftps, ftpes o sftp.
error-truncated = Il server ha terminato prima della fine del file
    .advice = Riprendere per ottenere il resto.
error-changed = Il file sul server ora è un altro
    .advice = Ricominciare per ottenere quello nuovo.
error-checksum-mismatch = Il file non corrisponde al suo checksum
    .advice = Ricominciare o cercare un’altra fonte.
error-disk-full = Il disco è pieno
    .advice = Liberare spazio; il trasferimento prosegue da solo.
error-permission-denied = Non è consentito scrivere in questa posizione
    .advice = Scegliere un’altra cartella.
error-read-only = Il disco è di sola lettura
    .advice = Scegliere un’altra cartella.
error-file-missing = Il file non c’è
    .advice = Controllare il percorso.
error-file-changed = Il file è cambiato nel frattempo
    .advice = Ricominciare per inviarlo com’è ora.
error-file-exists = Il nome è già in uso
    .advice = Scegliere un altro nome.
error-already-complete = Il file era già arrivato per intero al server
    .advice = Resta lì; se non serve, rimuoverlo dal server.
error-io = Il disco segnala un errore
    .advice = Controllare il disco, poi riprendere.
error-ftp = Il server rifiuta il comando
    .advice = Controllare l’indirizzo.
error-result-unknown = È stato inviato tutto, ma la risposta non è arrivata
    .advice = Controllare sul server prima di inviare di nuovo.
error-not-resumable = Il trasferimento non può essere ripreso
    .advice = Ricominciare dall’inizio.

# The main screen: columns, places, menus.
column-name = Nome
column-progress = Avanzamento
column-size = Dimensione
column-speed = Velocità
column-time-left = Tempo rimanente
column-status = Stato
column-added = Aggiunto
column-priority = Priorità
percent = { $number }%
number = { $number }
priority-high = Alta
priority-normal = Normale
priority-low = Bassa
search = Cerca
sidebar = Barra laterale
sidebar-groups = Gruppi
sidebar-destinations = Destinazioni
sidebar-files = File
place-all = Tutti
place-active = Attivi
place-paused = In pausa
place-finished = Completati
place-failed = Non riusciti
place-downloads = Download
place-uploads = Upload
place-pictures = Immagini
place-music = Musica
place-videos = Video
place-documents = Documenti
place-archives = Archivi
place-programs = Programmi
nothing-found = Nessun risultato per «{ $words }».
nothing-here = Nessun elemento.
copy-address = Copia link
move-first = Sposta all’inizio
move-up = Sposta su
move-down = Sposta giù
move-last = Sposta alla fine
held-network = In attesa di una rete
held-metered = In attesa: questa rete è a pagamento
held-roaming = In attesa: roaming
held-data-limit = In attesa: il piano dati è esaurito
held-battery = In attesa dell’alimentazione
held-disk-space = In attesa: il disco è pieno
status-chosen = { $count ->
    [one] { $count } selezionato
   *[other] { $count } selezionati
}
status-free = { $size } liberi
limit-none = Nessun limite
undo = Annulla
notice-removed = { $count ->
    [one] Rimosso { $count } trasferimento dall’elenco.
   *[other] Rimossi { $count } trasferimenti dall’elenco.
}
notice-trashed = Rimosso dall’elenco. Ciò che è arrivato va nel cestino.
notice-not-trashed = Impossibile spostare «{ $name }» nel cestino. Resta dov’è.
remove-several-question = { $count ->
    [one] Rimuovere { $count } trasferimento?
   *[other] Rimuovere { $count } trasferimenti?
}
remove-several-loss = Non sono completati. I dati già ricevuti ({ $amount }) verranno eliminati.
restart-several-question = { $count ->
    [one] Ricominciare { $count } trasferimento?
   *[other] Ricominciare { $count } trasferimenti?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = «{ $which }»: non è possibile scaricare da indirizzi che iniziano con «{ $scheme }:».
adding-invalid = «{ $which }» non è un indirizzo completo.
adding-too-many = «{ $which }» indica troppi file. Usare un intervallo più piccolo.
adding-too-long = Questo testo è troppo lungo.
adding-sends = Questo comando invia dati al server. Usare il browser per questa operazione.
adding-option = Questo comando contiene un’opzione qui sconosciuta: { $option }
adding-unfinished = Questo comando è incompleto. Copiarlo per intero.
adding-relative = «{ $which }» è solo una parte di un indirizzo.
adding-metalink = Impossibile leggere questo Metalink.
adding-more-left-out = { $count ->
    [one] { $count } altro non può essere scaricato.
   *[other] Altri { $count } non possono essere scaricati.
}
chosen-count = { $chosen } di { $count } selezionati
choose-all = Seleziona tutto
choose-none = Deseleziona tutto
link-there = Già nell’elenco
link-twice = Due volte nel testo
link-there-sentence = Questo link è già nell’elenco.
show-it = Mostra
get-again = Scarica di nuovo
probe-asking = Richiesta al server…
probe-size-unknown = Dimensione sconosciuta
probe-resumable = si può riprendere
probe-not-resumable = non si può riprendere
probe-page = Questo link porta a una pagina web.
name-taken = Nella cartella esiste già un file con questo nome.
group = Gruppo
group-placeholder = Nessuno
group-wrong = Un gruppo richiede un nome di 100 lettere al massimo.
checksum = Checksum
checksum-wrong = Questo non è un checksum. Esempio valido: sha-256:9f86d0…
login-name = Nome utente
login-name-missing = Una password richiede un nome utente.
login-password = Password
start-at = Ora di inizio
start-at-placeholder = 22:30 o +2h30m
start-at-wrong = Questo non è un orario. Esempi validi: 22:30 o +2h30m.
speed-placeholder = 500K o 2M al secondo
connections = Connessioni
connections-placeholder = Automatico
connections-wrong = Scrivere un numero da 1 a 255.
priority = Priorità
said-to-all = Credenziali e intestazioni vengono inviate a ogni server dell’elenco qui sopra.

# Settings: sections, search, and what all of them have
settings-general = Generali
settings-transfers = Trasferimenti
settings-speed = Velocità e orari
settings-data = Rete e dati
settings-desktop = Notifiche e desktop
settings-appearance = Aspetto
settings-advanced = Avanzate
settings-search = Cerca
settings-found = Risultati della ricerca
settings-none-found = Nessuna impostazione corrisponde a «{ $words }».
settings-refused = Modifica non salvata: { $reason }
setting-back = Ripristina predefinito
setting-fewer = Meno
setting-more = Più
no-limit = Nessun limite
weekday = { $day ->
    [1] Lun
    [2] Mar
    [3] Mer
    [4] Gio
    [5] Ven
    [6] Sab
   *[other] Dom
}

# Settings: each of them
setting-download-folder = Cartella per i download
    .about = Dove vanno i download se non si indica altro.
setting-language = Lingua
    .about = La lingua di questa finestra e dei messaggi.
    .system = Come il sistema
setting-max-running = Trasferimenti simultanei
    .about = Gli altri attendono il proprio turno.
setting-max-per-host = Trasferimenti simultanei dallo stesso server
    .about = Alcuni server ne accettano solo pochi.
    .none = Nessun limite
setting-retries = Tentativi prima di rinunciare
    .about = Quante volte di seguito si ritenta un trasferimento se non arriva neanche un byte.
setting-on-change = Se un file cambia sul server
    .about = Cosa succede a un download già iniziato.
    .pause = Ferma e chiedi
    .restart = Ricomincia
setting-find-checksums = Cerca i checksum
    .about = Se sul server c’è un file di checksum accanto al download, viene usato per la verifica.
setting-download-limit = Velocità di download
    .about = Il massimo usato da tutti i download insieme.
setting-upload-limit = Velocità di upload
    .about = Il massimo usato da tutti gli upload insieme.
setting-speed-limit = Velocità totale
    .about = Il massimo usato da download e upload insieme.
setting-windows = Fasce orarie
    .about = Quando valgono altri limiti o i trasferimenti si fermano. Se più fasce coincidono, vale quella più in alto.
setting-data-plan = Piano dati
    .about = Quanti dati possono passare su reti a pagamento, come quella del telefono.
setting-data-plan-period = Durata del piano
    .about = Alla fine, il conteggio ricomincia.
    .day = Un giorno
    .week = Una settimana
    .month = Un mese
setting-data-plan-begins = Giorno di inizio del piano
    .about = Il giorno della settimana o del mese in cui il conteggio ricomincia.
setting-keep-to-data-plan = Non superare mai il piano
    .about = Nessun trasferimento lo supera, neanche quelli autorizzati a generare costi.
setting-proxy = Proxy
    .about = Un server attraverso cui passano tutte le connessioni. Le sue credenziali si indicano nei singoli trasferimenti.
    .system = Come il sistema
    .direct = Nessuno
    .own = Manuale
setting-notifications = Notifiche
    .about = Avvisa quando un trasferimento è completato o non riuscito.
setting-inhibit-sleep = Tieni attivo il computer
    .about = Non va in sospensione da solo durante i trasferimenti.
setting-pause-on-battery = Attendi se si usa la batteria
    .about = I trasferimenti proseguono quando il computer è di nuovo collegato alla corrente.
setting-pause-below-percent = Attendi se la batteria è scarica
    .about = I trasferimenti attendono se la carica è inferiore a questo valore.
    .none = Mai
    .unit = %
setting-pause-in-power-saver = Attendi in risparmio energetico
    .about = I trasferimenti attendono quando il desktop è impostato per risparmiare energia.
setting-appearance = Stile
    .about = Chiaro o scuro.
    .system = Come il sistema
    .light = Chiaro
    .dark = Scuro
setting-contrast = Contrasto
    .about = Quanto gli elementi risaltano.
    .system = Come il sistema
    .normal = Normale
    .high = Alto
setting-accent = Colore
    .about = Il colore di ciò che è in corso e del passo successivo.
    .system = Come il sistema
    .own = Blu
setting-motion = Animazioni
    .about = Se gli elementi della finestra si muovono da soli.
    .system = Come il sistema
    .full = Sì
    .reduced = Il meno possibile
setting-text-scale = Dimensione dell’interfaccia
    .about = Si cambia anche con Ctrl e i tasti più e meno.
    .unit = %
setting-connect-timeout = Attesa della connessione
    .about = Se un server non risponde per questo tempo, si riprova più tardi.
    .unit = s
setting-silence-timeout = Attesa dei dati
    .about = Se non arriva nulla per questo tempo, la connessione viene ristabilita.
    .unit = s
setting-min-split = Parte minima
    .about = Un file viene scaricato con più connessioni solo se ognuna ha almeno questa quantità di dati.
setting-hardware-acceleration = Disegna con la scheda grafica
    .about = Vale dal prossimo avvio. Disattivare se la finestra non appare correttamente.

# Settings: times of the day
window-add = Aggiungi fascia oraria
window-edit = Modifica
window-earlier = Sposta su
window-done = Fatto
window-days = Giorni
window-hours = Orario
window-pace = In questa fascia
window-rest = Nessun trasferimento
window-limits = Altri limiti
window-downloads = Download
window-uploads = Upload
window-both = In totale
window-daily = Ogni giorno
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Nessun trasferimento
window-limit-down = Download al massimo { $speed }
window-limit-up = Upload al massimo { $speed }
window-limit-both = In totale al massimo { $speed }

# Settings: what is no value
wrong-number = Scrivere un numero intero da { $least } a { $most }.
wrong-speed = Scrivere un numero con l’unità, come 500 kB/s o 2,5 MB/s. Lasciare vuoto per nessun limite.
wrong-size = Scrivere un numero con l’unità, come 500 MB o 5 GB.
wrong-small = Il valore minimo è { $least }.
wrong-proxy = Esempi validi: http://proxy.example:3128 o socks5h://localhost:1080.
wrong-login = Omettere nome utente e password: verrebbero scritti in modo leggibile da tutti.
wrong-hours = Esempio valido: 22:00–06:00.

# What a transfer needs from somebody
log-in = Accedi
log-in-sentence = { $host } richiede l’accesso.
new-link = Nuovo link
new-link-sentence = Il link è scaduto. Indicarne un altro per lo stesso file: il trasferimento proseguirà da dove si trova.
new-link-wrong = Questo non è un indirizzo.

# The panel of particulars
tab-overview = Panoramica
tab-segments = Segmenti
tab-speed = Velocità
tab-attempts = Tentativi
tab-answer = Risposta
details-none = Selezionare un trasferimento per vederne qui tutti i dettagli.
copy = Copia
open-part = Apri durante il download
notice-no-beginning = L’inizio di «{ $name }» non è ancora arrivato. Riprovare tra poco.
detail-connections = Connessioni
detail-group = Gruppo
detail-priority = Priorità
detail-resumable = Dopo una pausa
resumable-yes = riprende da dove si era fermato
resumable-no = ricomincia dall’inizio; il server non permette di riprendere
bound-own-limit = Il limite di velocità di questo trasferimento, { $speed }, lo mantiene a questa velocità.
bound-all-limit = Il limite di velocità di tutti i trasferimenti insieme, { $speed }, mantiene il trasferimento a questa velocità.
bound-limit = Un limite di velocità mantiene il trasferimento a questa velocità.
bound-disk = Il disco non riesce a scrivere più velocemente.
bound-connection = { $count ->
    [one] Il server non concede più di così a una connessione, e non se ne possono aprire altre.
   *[other] Il server non concede più di così a ciascuna delle { $count } connessioni, e non se ne possono aprire altre.
}
bound-host = { $count ->
    [one] Il server non accetta più di { $count } connessione.
   *[other] Il server non accetta più di { $count } connessioni.
}
bound-network = La rete è satura; altre connessioni non aumenterebbero la velocità.
bound-proxy = Il percorso attraverso il proxy è saturo; altre connessioni non aumenterebbero la velocità.
segments-none = Del file non è ancora arrivato nulla.
segments-unknown = Dati ricevuti: { $size }. Il server non ha indicato la lunghezza del file.
segments-upload = Un file viene inviato dall’inizio alla fine.
segments-confirmed = Il server ha confermato { $amount }.
segments-connections = { $count ->
    [one] { $count } connessione
   *[other] { $count } connessioni
}
connection-range = { $from } – { $until }
connection-from = da { $from } in poi
part-checked = Sul disco e verificati
part-safe = Sul disco
part-arrived = Appena ricevuti
part-coming = Connessione
part-missing = Mancanti
speed-now = Attuale
speed-mean = Media
speed-highest = Massima
speed-explained = Gli ultimi minuti in cui i dettagli erano aperti.
speed-none = Questo trasferimento è fermo. Quando procede, qui compare il grafico della velocità.
speed-soon = Il grafico della velocità comparirà qui tra un momento.
attempts-none = Ancora nessun tentativo.
attempts-before = { $count ->
    [one] { $count } voce precedente non è più conservata.
   *[other] { $count } voci precedenti non sono più conservate.
}
attempt-completed = È arrivato tutto, ed è corretto.
attempt-stopped = Interrotto prima della fine.
attempt-took = durata { $time }
attempt-moved = { $amount } trasferiti
happened-restarted = Ricominciato su richiesta.
happened-started-over = Ricominciato: { $why }
happened-paused = Messo in pausa su richiesta.
happened-link = L’indirizzo è stato cambiato.
happened-network = La rete non c’era; il trasferimento è rimasto in attesa.
answer-way = Metodo
answer-none = Della risposta del server non è stato conservato nulla.
resume-from = Riprendi da un file
notice-no-picker = Il desktop non offre una finestra di selezione. Il comando «windlass get --resume-data FILE» fa lo stesso.
notice-not-resume-data = «{ $name }» non contiene dati di ripresa, o è danneggiato.
open-part-there = Apri la parte ricevuta

# Keys
main-menu = Menu
shortcuts = Scorciatoie da tastiera
keys-search = Cerca scorciatoie
keys-none-found = Nessuna scorciatoia corrisponde a «{ $words }».
keys-adding = Aggiunta
keys-paste = Aggiungi dagli appunti
keys-chosen = Trasferimenti selezionati
keys-toggle = Metti in pausa o riprendi
keys-open = Apri il file o mostra i dettagli
keys-tabs = Pagina successiva o precedente dei dettagli
keys-queue = Sposta su o giù nella coda
keys-queue-ends = Sposta all’inizio o alla fine della coda
keys-menu = Tutte le azioni possibili
keys-choosing = Selezione dei trasferimenti
keys-rows = Quello sopra o sotto
keys-pages = Quello una pagina sopra o sotto
keys-ends = Il primo o l’ultimo
keys-through = Tutti da lì fino a qui
keys-besides = Uno in più, mantenendo gli altri
keys-all-rows = Tutti
keys-all = Tutti i trasferimenti
keys-limit = Attiva o disattiva il limite di velocità
keys-window = Finestra
keys-places = Tutti, attivi, in pausa, completati, non riusciti
keys-size = Ingrandisci o riduci tutto
keys-usual-size = Riporta tutto alla dimensione normale
keys-close = Chiudi la finestra; i trasferimenti proseguono
keys-moving = Navigazione
keys-next = Pulsante o campo successivo o precedente
keys-press = Premi un pulsante
keys-choices = L’opzione accanto
keys-leave = Esci da una finestra di dialogo, dai dettagli, da una ricerca o da una selezione
key-control = Ctrl
key-shift = Maiusc
key-alt = Alt
key-space = Spazio
key-enter = Invio
key-delete = Canc
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = Fine
key-page-up = Pag↑
key-page-down = Pag↓
key-menu = Menu

# What this program is
about = Informazioni su Windlass
about-version = Versione { $version }
about-sentence = Un gestore di download e upload i cui trasferimenti sopravvivono a tutto.
about-licence = Software libero. Si può usare secondo i termini di { $licence }.
about-transfers = Trasferimenti
about-log = Registro
about-copy = Copia per una segnalazione
about-copied = Copiato
about-parts = Librerie
about-parts-sentence = Queste librerie fanno parte del programma, ognuna con la propria licenza.

# How much was moved
statistics = Statistiche
statistics-none = Non è stato ancora trasferito nulla. I dati scaricati e inviati d’ora in poi vengono contati qui.
statistics-days = Ultimi { $count } giorni
statistics-down = Download
statistics-up = Upload
statistics-completed = Completati
statistics-failed = Non riusciti
statistics-today = Oggi
statistics-week = Questa settimana
statistics-month = Questo mese
statistics-since = Dal { $day }
statistics-day = { $day }: download { $down }, upload { $up }

# Groups
groups = Gruppi
groups-none = Un gruppo tiene insieme i trasferimenti: uno dopo l’altro, con un limite di velocità o una cartella propri.
group-add = Aggiungi gruppo
group-times = Fasce orarie
group-new = Nuovo gruppo
group-title = Gruppo «{ $name }»
group-name = Nome
group-order = Ordine
group-parallel = Tutti insieme
group-serial = Uno dopo l’altro
group-limit = Limite di velocità per tutto il gruppo
group-folder = Cartella per i download del gruppo
group-folder-none = La cartella per i download
group-at-most = al massimo { $speed }
group-done = Completati: { $done } di { $all }
group-failed = Non riusciti: { $count }
group-success = Quando tutto è completato, esegui
group-failure = Se qualcosa non è riuscito, esegui
group-command = Un programma e i suoi argomenti
command-wrong = Questo non è un comando. Tutte le virgolette aperte vanno chiuse.
group-taken = Esiste già un gruppo con questo nome.
group-remove = Rimuovere il gruppo «{ $name }»? I suoi trasferimenti restano.
move-current = Sposta all’inizio del gruppo
cost = Reti a pagamento
cost-free = Attendi una rete senza costi
cost-default = Entro il piano dati
cost-always = Usa comunque

# Where nothing is listed
empty-paste = Incollare un link o un testo che contiene link.
empty-drop = Trascinare link o file in questa finestra.
empty-folder = I download vanno in { $folder }
empty-change = Cambia…
nothing-search-on = Cancella ricerca
nothing-show-all = Mostra tutti
nothing-active = Nessun trasferimento in corso o in attesa.
nothing-paused = Nessun trasferimento in pausa.
nothing-finished = Ancora nessun trasferimento completato.
nothing-failed = Nessun trasferimento è fallito.

# When all is done
when-done = Quando tutto è completato…
when-nothing = Non fare nulla
when-quit = Esci da Windlass
when-suspend = Sospendi il computer
when-power-off = Spegni il computer
when-done-status = Quando tutto è completato: { $what }
when-quit-in = Tutto è completato. Windlass si chiude tra { $seconds } s.
when-suspend-in = Tutto è completato. Il computer viene sospeso tra { $seconds } s.
when-power-off-in = Tutto è completato. Il computer viene spento tra { $seconds } s.
when-failed = Tutto è completato, ma non è stato possibile sospendere o spegnere il computer.

# Destinations and sites
destinations = Destinazioni
destinations-none = Una destinazione è un nome per il luogo a cui inviare i file, con le credenziali e il metodo di invio.
destination-add = Aggiungi destinazione
destination-new = Nuova destinazione
destination-import = Importa da ShareX…
destination-title = Destinazione «{ $name }»
destination-taken = Esiste già una destinazione con questo nome.
destination-remove = Rimuovere la destinazione «{ $name }»? I file già inviati restano dove sono.
destination-copies = Copia il link dopo l’invio di un file
destination-link = Dove si trova il link
destination-link-wrong = In questo modo non si trova alcun link. Forme valide: {"{"}json:PERCORSO{"}"}, {"{"}header:NOME{"}"} o {"{"}response{"}"}.
destination-file-field = Nome del campo con il file
sites = Siti
sites-none = Un sito è un server di cui è noto qualcosa: le credenziali, una cartella o un limite per tutto ciò che si scarica da lì o vi si invia.
site-add = Aggiungi sito
site-new = Nuovo sito
site-title = Sito { $name }
site-taken = Esiste già un sito con questo indirizzo.
site-remove = Rimuovere il sito { $name }? I trasferimenti esistenti mantengono ciò che hanno.
site-url = Indirizzo
site-url-about = Un intero server o una sua cartella.
site-usual = Come nelle impostazioni
site-number = Scrivere un numero intero.
site-timeout = Attesa del server (secondi)
site-proxy-about = Un indirizzo, oppure «direct» per nessuno.
site-proxy-wrong = Esempi validi: http://proxy.example:3128, socks5h://localhost:1080 oppure «direct».
site-cookies = File dei cookie
site-cookies-none = Nessuno
has-login = Con credenziali
host-key = Chiave del server
host-key-wrong = Questa non è la chiave di un server. La forma corretta è SHA256: seguito da altri 43 caratteri.
login-password-missing = Scrivere anche la password; quella conservata appartiene al nome utente conservato.
secret-kept = Nel portachiavi
secret-stays = Lasciare vuoti entrambi i campi per non cambiarli.
secret-forget = Dimentica
secrets-kept = Conservate nel portachiavi
secrets-elsewhere = Le credenziali conservate valgono solo per l’altro server. Inserirle di nuovo.
secrets-go = Vengono dimenticate anche le sue credenziali.
import-no-picker = Il desktop non offre una finestra di selezione. Il comando «windlass destinations import FILE» fa lo stesso.
import-not-one = «{ $name }» non è un uploader personalizzato di ShareX.

# What is told when a transfer ends
telling = Notifica
telling-usual = Predefinita
telling-words = Testo personalizzato
telling-nothing = Nessuna
telling-done = Testo quando tutto è andato bene
telling-placeholder = Le foto sono arrivate
telling-wrong = Scrivere il testo della notifica.

# Where a download finds no place, and a server that is not known
new-folder = Altra cartella…
notice-no-folder-picker = Qui non è disponibile una finestra di selezione. Il comando «windlass set ID folder=PERCORSO» fa lo stesso.
trust-server = Considera attendibile il server
trust-server-sentence = { $host } presenta una chiave qui sconosciuta. Confrontarla con quella indicata dal proprietario del server: qualcun altro potrebbe essersi intromesso.
trust-server-yes = Considerala attendibile per questo server

# The menu of a field
field-cut = Taglia
field-paste = Incolla
field-select-all = Seleziona tutto

# Room in the window
keys-panel = Ingrandire o ridurre il pannello dei dettagli
text-scale-followed = Grande quanto vuole il desktop, ora { $percent } %.

# At home on the desktop
setting-autostart = Avvia all’accesso
    .about = Senza finestra. I trasferimenti continuano da soli.
autostart-reason = I trasferimenti continuano dopo l’accesso
job-title = Trasferimenti
notice-series = { $done } di { $all } completati
setting-recent-files = File recenti
    .about = Elenca i download completati tra i file recenti del desktop.
