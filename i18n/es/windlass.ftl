# Toolbar, tray, and what can be done with one transfer
add-download = Añadir descarga
add-upload = Añadir subida
pause-all = Pausar todo
resume-all = Reanudar todo
clear-finished = Quitar finalizadas
preferences = Preferencias
pause = Pausar
resume = Reanudar
cancel = Cancelar
restart = Empezar de nuevo
send-again = Enviar de nuevo
remove = Quitar
move-to-trash = Mover a la papelera
open = Abrir
show-in-folder = Mostrar en la carpeta
copy-link = Copiar enlace
details = Detalles
close = Cerrar
leave = Cancelar
back = Volver
dismiss = Descartar

# Main window
empty-title = Aún no hay nada
status-running = { $count ->
    [one] { $count } en curso
   *[other] { $count } en curso
}
status-idle = Nada en curso
status-total = { $count ->
    [one] { $count } transferencia
   *[other] { $count } transferencias
}
drop-hint = Suelte enlaces para descargar o archivos para subir

# Where a transfer stands
state-queued = En cola
state-downloading = Descargando
state-uploading = Subiendo
state-verifying = Comprobando
state-completed = Finalizada
state-cancelled = Cancelada
state-skipped = Omitida: ya existe ese archivo
state-failed = Fallida
state-paused = Pausada
state-waiting = En espera
state-restart-needed = Detenida: enviar de nuevo podría duplicarlo
state-changed = Detenida: el archivo del servidor ha cambiado
state-needs-link = Detenida: el enlace ya no funciona
state-needs-login = Detenida: hay que iniciar sesión
state-network = Esperando a la red
state-metered = Esperando una red sin coste
state-roaming = En espera: esta red es de otro operador
state-data-limit = En espera: el plan de datos no alcanzaría
state-battery = En espera para ahorrar batería
state-retry = Nuevo intento a las { $time }
state-schedule = Programada: { $time }
state-disk-space = Esperando espacio en el disco
state-answer = Finalizada, respuesta del servidor: { $status }
leftover = Ha quedado en el servidor
leftover-removing = Eliminándose del servidor

# Amounts
amount = { $number } { $unit }
amount-of = { $done } de { $total } { $unit }
speed = { $amount }/s
time-left = quedan { $time }
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } d { $h } h
separator = { " · " }

# Adding downloads
links = Enlaces
links-placeholder = https://example.org/archivo.iso
links-count = { $count ->
    [0] Un enlace por línea.
    [one] { $count } enlace.
   *[other] { $count } enlaces.
}
links-left-out = { $count ->
    [one] No es una dirección y se omite: { $which }
   *[other] No son direcciones y se omiten: { $which }
}
folder = Carpeta
file-name = Nombre del archivo
file-name-placeholder = El que le dé el servidor
choose = Elegir…
start = Iniciar
no-picker = El escritorio no ofrece un diálogo de selección. Escriba la ruta.
path-not-whole = Escriba la ruta completa, empezando por «/».
name-not-plain = Un nombre de archivo no puede contener «/».

# Adding uploads
files = Archivos
files-none = Aún no se ha elegido ningún archivo.
file-placeholder = /ruta/al/archivo
add-file = Añadir
choose-files = Elegir archivos…
choose-folder = Elegir carpeta…
folder-tally = { $files ->
    [one] { $files } archivo
   *[other] { $files } archivos
} en { $folders ->
    [one] { $folders } carpeta
   *[other] { $folders } carpetas
}, { $size }
folder-left-out = { $count ->
    [one] no se envía: { $which }
   *[other] { $count } no se envían, el primero es { $which }
} ({ $why ->
    [link-to-folder] un enlace a una carpeta
    [link-to-outside] un enlace a algo externo
    [link-to-nothing] un enlace a nada
    [no-file] no es un archivo corriente
    [empty-folder] una carpeta vacía
   *[unreadable] no se puede leer
})
address = Dirección
address-placeholder = https://example.org/upload
more = Más
less = Menos
way = Método
way-auto = Automático
way-form = Formulario
way-resumable = HTTP reanudable
way-hint = { $way ->
    [webdav] El nombre solo aparece cuando el archivo está completo.
    [s3] Un objeto en https://servidor/bucket/nombre. Escriba las dos claves en la dirección: https://clave:secreto@servidor/…
    [resumable] Continúa tras un corte, como indica el borrador del estándar de la web.
    [google] Una sesión de los servicios de Google; continúa tras un corte.
    [post] Una sola petición. Si se envía dos veces, el archivo puede quedar duplicado.
    [put] Una sola petición que guarda el archivo exactamente en esta dirección, o dentro de ella si termina en «/». Se puede repetir sin riesgo.
    [form] Como lo envía un navegador.
    [tus] Continúa tras un corte.
   *[auto] Se pregunta al servidor qué prefiere.
}
fields = Campos
fields-placeholder = nombre=valor, uno por línea
field-wrong = «{ $line }» no es un campo. Debería ser como «nombre=valor».
headers = Cabeceras
headers-placeholder = Nombre: valor, una por línea
header-wrong = «{ $line }» no es una cabecera. Debería ser como «Nombre: valor».
destination = Destino
destination-save = Guardar como destino
destination-name = Nombre
destination-name-wrong = Un destino necesita un nombre corto que no sea una dirección.
destination-kept = Guardado.
save = Guardar
if-exists = Si el nombre ya existe
if-exists-fail = No cambiar nada
if-exists-rename = Usar otro nombre
if-exists-overwrite = Reemplazar
if-exists-skip = Omitir el archivo
limit = Límite de velocidad
limit-placeholder = 500K o 2M por segundo; vacío para ninguno
speed-wrong = Esto no es una velocidad. Debería ser como 500K o 2M.
files-clash = Varios archivos se guardarían en { $address }. Use la dirección de una carpeta, terminada en «/», y archivos con nombres distintos.

# Questions
remove-question = ¿Quitar «{ $name }»?
remove-loss = Se eliminarán { $amount } ya recibidos.
remove-loss-upload = La subida se detiene aquí; lo enviado puede quedarse en el servidor.
remove-loss-upload-begun = La subida se detiene aquí; lo enviado se elimina del servidor.
restart-question = ¿Empezar de nuevo «{ $name }»?
restart-loss = Se volverán a descargar { $amount } ya recibidos.
quit-question = { $count ->
    [one] Hay una transferencia en curso
   *[other] Hay { $count } transferencias en curso
}
quit-explained = Las transferencias pueden continuar sin esta ventana. Si sale de Windlass, se pausan y continúan la próxima vez.
keep-running = Continuar en segundo plano
pause-and-quit = Pausar y salir
quit = Salir

# Details
detail-address = Dirección
detail-found-at = Encontrado en
detail-destination = Destino
detail-link = Enlace
detail-file = Archivo
detail-added = Añadida
detail-finished = Terminada
detail-answer = Respuesta del servidor
detail-checked = Comparado con
checked-checksum = la suma de verificación ({ $algorithm }) y el tamaño
checked-etag = la etiqueta de versión del servidor y el tamaño
checked-length = el tamaño que indicó el servidor
checked-none = nada; el servidor no indicó ni tamaño ni versión

# Messages
gone-title = La sesión ha terminado
gone-explained = Las transferencias están pausadas y se conservan. Inicie Windlass de nuevo para continuar.
problem-title = Windlass no puede iniciarse
problem-locked = Otro Windlass está usando este perfil. Ciérrelo, o espere a que termine, y vuelva a iniciar.
problem-newer = La lista de transferencias la escribió una versión más reciente de Windlass y no se ha modificado. Use esa versión.
problem-unusable = No se puede usar { $path }: { $reason }. Compruebe sus permisos y el disco.
notice-background = Las transferencias continuaron mientras la ventana estaba cerrada.
notice-cannot-open = No se ha podido abrir «{ $name }».
notice-restored = La lista de transferencias estaba dañada. Se usa la anterior; la dañada se conserva como { $path }.
notice-settings = No se han podido leer las preferencias y se dejan como están: { $path }

# Notifications and tray
notice-download-done = { $name } se ha descargado
notice-upload-done = { $name } se ha subido
notice-failed = { $name } ha fallado: { $reason }
notice-group-done = Todo lo de «{ $name }» ha finalizado
notice-group-failed =
    { $count ->
        [one] Ha fallado una transferencia de «{ $name }»
       *[other] Han fallado { $count } transferencias de «{ $name }»
    }
notice-open = Abrir
notice-show = Mostrar en la carpeta
awake-reason = Hay transferencias en curso
sleep-delay-reason = Se está guardando el progreso de las transferencias
tray-open = Abrir Windlass
tray-idle = Windlass: nada en curso
tray-running = { $count ->
    [one] Windlass: { $count } transferencia en curso
   *[other] Windlass: { $count } transferencias en curso
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = No se conoce el nombre del servidor
    .advice = Compruebe la dirección y la red.
error-cannot-connect = El servidor no responde
    .advice = Puede que esté fuera de servicio; inténtelo más tarde.
error-server-unreachable = No se puede acceder al servidor
    .advice = Compruebe la red.
error-timeout = El servidor ha tardado demasiado
    .advice = Inténtelo más tarde.
error-connection-aborted = La conexión se ha cortado
    .advice = Use «Reanudar» para continuar.
error-certificate-common-name-is-incorrect = El certificado del servidor pertenece a otro nombre
    .advice = Compruebe la dirección.
error-certificate-expired = El certificado del servidor ha caducado
    .advice = Compruebe el reloj de este equipo o pregunte al responsable del sitio.
error-certificate-revoked = El certificado del servidor ha sido revocado
    .advice = Pregunte al responsable del sitio.
error-certificate-is-invalid = El certificado del servidor no es de confianza
    .advice = Pregunte al responsable del sitio.
error-host-key-not-trusted = La clave del servidor no es de confianza
    .advice = Pregunte al responsable del servidor cuál es la correcta y confíe solo en esa.
error-redirect-failed = El servidor lleva de una dirección a otra sin fin
    .advice = Compruebe el enlace.
error-https-to-http-on-redirection = El servidor lleva de una dirección segura a otra que no lo es
    .advice = Use la dirección a la que lleva si confía en ella.
error-error-http-invalid-server-response = No se entiende la respuesta del servidor
    .advice = Inténtelo más tarde.
error-insufficient-range-support = El servidor no puede continuar a mitad del archivo
    .advice = Empiece de nuevo desde el principio.
error-secret-not-found = No se han encontrado los datos de acceso
    .advice = Desbloquee el depósito de claves y reanude, o añada de nuevo la transferencia con los datos de acceso.
error-unauthorized = El servidor pide iniciar sesión
    .advice = Inicie sesión con un nombre y una contraseña.
error-forbidden = El servidor deniega el acceso
    .advice = Compruebe el enlace y los datos de acceso.
error-not-found = El servidor no tiene ese archivo
    .advice = Compruebe el enlace.
error-proxy-authentication-required = El proxy pide iniciar sesión
    .advice = Añada de nuevo la transferencia con un nombre y una contraseña para el proxy.
error-proxy-unreachable = El proxy no responde
    .advice = Compruebe los ajustes del proxy y la red.
error-proxy-refused = El proxy no permite el paso
    .advice = Compruebe los ajustes del proxy o pregunte a su responsable.
error-gone = El archivo ya no está ahí
    .advice = Busque otro enlace.
error-locked = El archivo está en uso en el servidor
    .advice = Inténtelo más tarde.
error-insufficient-storage = Al servidor no le queda espacio
    .advice = Reanude cuando haya espacio.
error-request-entity-too-large = El archivo es demasiado grande para el servidor
    .advice = Pregunte qué tamaño acepta.
error-requested-range-not-satisfiable = El servidor tiene menos bytes que antes
    .advice = Empiece de nuevo desde el principio.
error-too-many-requests = El servidor quiere recibir menos peticiones
    .advice = Inténtelo más tarde.
error-unexpected-client-error = El servidor rechaza la petición
    .advice = Compruebe la dirección.
error-internal-server-error = El servidor tiene un problema
    .advice = Inténtelo más tarde.
error-unexpected-status-code = La respuesta del servidor no es un archivo
    .advice = Compruebe el enlace.
error-operation-canceled = La transferencia se canceló
    .advice = Use «Empezar de nuevo» para repetirla.
error-invalid-proxy = Esto no es la dirección de un proxy
    .advice = Debería ser como http://proxy.example:3128.
error-invalid-url = Esto no es una dirección
    .advice = Debería ser como https://example.org/archivo.
error-unsupported-scheme = Este tipo de dirección no se admite
    .advice = Use http, https, ftp, ftps, ftpes o sftp.
error-truncated = El servidor terminó antes que el archivo
    .advice = Use «Reanudar» para obtener el resto.
error-changed = El archivo del servidor ya no es el mismo
    .advice = Use «Empezar de nuevo» para obtener el nuevo.
error-checksum-mismatch = El archivo no coincide con su suma de verificación
    .advice = Empiece de nuevo o busque otra fuente.
error-disk-full = El disco está lleno
    .advice = Libere espacio; la transferencia continuará por sí sola.
error-permission-denied = No se permite escribir ahí
    .advice = Elija otra carpeta.
error-read-only = El disco es de solo lectura
    .advice = Elija otra carpeta.
error-file-missing = El archivo no está ahí
    .advice = Compruebe su ruta.
error-file-changed = El archivo ha cambiado entretanto
    .advice = Use «Empezar de nuevo» para enviarlo como está ahora.
error-file-exists = El nombre ya existe
    .advice = Elija otro nombre.
error-already-complete = El archivo ya había llegado entero al servidor
    .advice = Se queda allí; elimínelo allí si no lo quiere.
error-io = El disco informa de un error
    .advice = Compruebe el disco y después reanude.
error-ftp = El servidor rechaza el comando
    .advice = Compruebe la dirección.
error-result-unknown = Se envió todo, pero la respuesta no llegó
    .advice = Mire en el servidor antes de enviar de nuevo.
error-not-resumable = No se puede continuar
    .advice = Empiece de nuevo desde el principio.

# The main screen: columns, places, menus.
column-name = Nombre
column-progress = Progreso
column-size = Tamaño
column-speed = Velocidad
column-time-left = Restante
column-status = Estado
column-added = Añadida
column-priority = Prioridad
percent = { $number } %
number = { $number }
priority-high = Alta
priority-normal = Normal
priority-low = Baja
search = Buscar
sidebar = Barra lateral
sidebar-groups = Grupos
sidebar-destinations = Destinos
sidebar-files = Archivos
place-all = Todas
place-active = Activas
place-paused = Pausadas
place-finished = Finalizadas
place-failed = Fallidas
place-downloads = Descargas
place-uploads = Subidas
place-pictures = Imágenes
place-music = Música
place-videos = Vídeos
place-documents = Documentos
place-archives = Comprimidos
place-programs = Programas
nothing-found = No se ha encontrado nada para «{ $words }».
nothing-here = Aquí no hay nada.
copy-address = Copiar enlace
move-first = Mover al principio
move-up = Mover arriba
move-down = Mover abajo
move-last = Mover al final
held-network = Esperando una red
held-metered = En espera: esta red cuesta dinero
held-roaming = En espera: itinerancia
held-data-limit = En espera: el plan de datos se ha agotado
held-battery = Esperando corriente
held-disk-space = En espera: el disco está lleno
status-chosen = { $count ->
    [one] { $count } seleccionada
   *[other] { $count } seleccionadas
}
status-free = { $size } libres
limit-none = Sin límite
undo = Deshacer
notice-removed = { $count ->
    [one] Se ha quitado una transferencia de la lista.
   *[other] Se han quitado { $count } transferencias de la lista.
}
notice-trashed = Quitado de la lista. Lo que ha llegado se mueve a la papelera.
notice-not-trashed = No se ha podido mover «{ $name }» a la papelera. Se queda donde está.
remove-several-question = { $count ->
    [one] ¿Quitar { $count } transferencia?
   *[other] ¿Quitar { $count } transferencias?
}
remove-several-loss = No han finalizado. Se eliminará lo que se ha recibido de ellas ({ $amount }).
restart-several-question = { $count ->
    [one] ¿Empezar de nuevo { $count } transferencia?
   *[other] ¿Empezar de nuevo { $count } transferencias?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = «{ $which }»: no se pueden descargar direcciones que empiezan por «{ $scheme }:».
adding-invalid = «{ $which }» no es una dirección completa.
adding-too-many = «{ $which }» representa demasiados archivos. Use un intervalo menor.
adding-too-long = Este texto es demasiado largo.
adding-sends = Este comando envía algo al servidor. Deje que lo haga el navegador.
adding-option = Este comando tiene una opción desconocida: { $option }
adding-unfinished = Este comando no está completo. Cópielo entero.
adding-relative = «{ $which }» es solo una parte de una dirección.
adding-metalink = Este Metalink no se puede leer.
adding-more-left-out = { $count ->
    [one] { $count } dirección más no se puede descargar.
   *[other] { $count } direcciones más no se pueden descargar.
}
chosen-count = { $chosen } de { $count } seleccionados
choose-all = Seleccionar todo
choose-none = No seleccionar nada
link-there = Ya está en la lista
link-twice = Repetido en el texto
link-there-sentence = Este enlace ya está en la lista.
show-it = Mostrar
get-again = Descargar de nuevo
probe-asking = Preguntando al servidor…
probe-size-unknown = Tamaño desconocido
probe-resumable = se puede reanudar
probe-not-resumable = no se puede reanudar
probe-page = Este enlace lleva a una página web.
name-taken = En la carpeta hay un archivo con ese nombre.
group = Grupo
group-placeholder = Ninguno
group-wrong = Un grupo necesita un nombre de 100 caracteres como máximo.
checksum = Suma de verificación
checksum-wrong = Esto no es una suma de verificación. Debería ser como sha-256:9f86d0…
login-name = Nombre de usuario
login-name-missing = Una contraseña necesita un nombre de usuario.
login-password = Contraseña
start-at = Iniciar a las
start-at-placeholder = 22:30 o +2h30m
start-at-wrong = Esto no es una hora. Debería ser como 22:30 o +2h30m.
speed-placeholder = 500K o 2M por segundo
connections = Conexiones
connections-placeholder = Las que convengan
connections-wrong = Debería ser un número del 1 al 255.
priority = Prioridad
said-to-all = Los datos de acceso y las cabeceras se envían a todos los servidores de la lista de arriba.

# Settings: sections, search, and what all of them have
settings-general = General
settings-transfers = Transferencias
settings-speed = Velocidad y horarios
settings-data = Red y datos
settings-desktop = Avisos y escritorio
settings-appearance = Apariencia
settings-advanced = Avanzado
settings-search = Buscar
settings-found = Resultados de la búsqueda
settings-none-found = Ningún ajuste coincide con «{ $words }».
settings-refused = Esto no se ha guardado: { $reason }
setting-back = Volver al valor predeterminado
setting-fewer = Menos
setting-more = Más
no-limit = Sin límite
weekday = { $day ->
    [1] Lun
    [2] Mar
    [3] Mié
    [4] Jue
    [5] Vie
    [6] Sáb
   *[other] Dom
}

# Settings: each of them
setting-download-folder = Carpeta de descargas
    .about = Adonde van las descargas si no se indica otra cosa.
setting-language = Idioma
    .about = El idioma de esta ventana y de los mensajes.
    .system = Según el sistema
setting-max-running = Transferencias a la vez
    .about = Las demás esperan su turno.
setting-max-per-host = Transferencias a la vez del mismo servidor
    .about = Algunos servidores rechazan más de unas pocas.
    .none = Sin límite
setting-retries = Intentos antes de desistir
    .about = Cuántas veces seguidas se reintenta una transferencia cuando no llega ni un solo byte.
setting-on-change = Cuando un archivo cambia en el servidor
    .about = Qué ocurre con una descarga ya empezada.
    .pause = Detener y preguntar
    .restart = Empezar de nuevo
setting-find-checksums = Buscar sumas de verificación
    .about = Si el servidor tiene un archivo de sumas de verificación junto a una descarga, esta se comprueba con él.
setting-download-limit = Velocidad de descarga
    .about = Lo máximo que usan todas las descargas juntas.
setting-upload-limit = Velocidad de subida
    .about = Lo máximo que usan todas las subidas juntas.
setting-speed-limit = Velocidad total
    .about = Lo máximo que usan descargas y subidas juntas.
setting-windows = Horarios
    .about = Cuándo rigen otros límites o no se transfiere nada. Si coinciden varios, cuenta el de más arriba.
setting-data-plan = Plan de datos
    .about = Cuánto puede pasar por redes que cuestan dinero, como la de un teléfono.
setting-data-plan-period = Duración del plan
    .about = Después empieza de nuevo.
    .day = Un día
    .week = Una semana
    .month = Un mes
setting-data-plan-begins = Día en que empieza el plan
    .about = El día de la semana o del mes en que empieza de nuevo.
setting-keep-to-data-plan = No superar nunca el plan
    .about = Nada lo supera, ni siquiera las transferencias que pueden costar dinero.
setting-proxy = Proxy
    .about = Un servidor por el que pasan todas las conexiones. Sus datos de acceso se indican en cada transferencia.
    .system = Según el sistema
    .direct = Ninguno
    .own = Este
setting-notifications = Notificaciones
    .about = Avisar cuando una transferencia finaliza o falla.
setting-inhibit-sleep = Mantener el equipo despierto
    .about = No se suspende por sí solo mientras hay transferencias en curso.
setting-pause-on-battery = Esperar al usar la batería
    .about = Las transferencias continúan cuando el equipo vuelve a estar enchufado.
setting-pause-below-percent = Esperar con batería baja
    .about = Las transferencias esperan si a la batería le queda menos de esto.
    .none = Nunca
    .unit = %
setting-pause-in-power-saver = Esperar al ahorrar energía
    .about = Las transferencias esperan mientras el escritorio está en modo de ahorro de energía.
setting-appearance = Estilo
    .about = Claro u oscuro.
    .system = Según el sistema
    .light = Claro
    .dark = Oscuro
setting-contrast = Contraste
    .about = Con qué claridad destaca todo.
    .system = Según el sistema
    .normal = Normal
    .high = Alto
setting-accent = Color
    .about = El color de lo que avanza y de la siguiente acción.
    .system = Según el sistema
    .own = Azul
setting-motion = Movimiento
    .about = Si las cosas de la ventana se mueven por sí solas.
    .system = Según el sistema
    .full = Sí
    .reduced = Lo menos posible
setting-text-scale = Tamaño de la interfaz
    .about = Ctrl y más o menos también lo cambian.
    .unit = %
setting-connect-timeout = Espera de una conexión
    .about = Si un servidor no responde en este tiempo, se intenta de nuevo más tarde.
    .unit = s
setting-silence-timeout = Espera de un servidor en silencio
    .about = Si no llega nada en este tiempo, la conexión se establece de nuevo.
    .unit = s
setting-min-split = Parte más pequeña
    .about = Un archivo se descarga por varias conexiones solo si cada una tiene al menos esto por hacer.
setting-hardware-acceleration = Dibujar con la tarjeta gráfica
    .about = Vale a partir del próximo inicio. Déjelo desactivado si la ventana se ve mal.

# Settings: times of the day
window-add = Añadir un horario
window-edit = Editar
window-earlier = Mover arriba
window-done = Hecho
window-days = Días
window-hours = Desde y hasta cuándo
window-pace = Qué rige entonces
window-rest = No se transfiere nada
window-limits = Otros límites
window-downloads = Descargas
window-uploads = Subidas
window-both = En total
window-daily = Todos los días
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = No se transfiere nada
window-limit-down = Descargas a { $speed } como máximo
window-limit-up = Subidas a { $speed } como máximo
window-limit-both = En total { $speed } como máximo

# Settings: what is no value
wrong-number = Debería ser un número entero de { $least } a { $most }.
wrong-speed = Escriba un número y su unidad, como 500 kB/s o 2,5 MB/s. Déjelo vacío para no limitar.
wrong-size = Escriba un número y su unidad, como 500 MB o 5 GB.
wrong-small = Debería ser al menos { $least }.
wrong-proxy = Debería ser como http://proxy.example:3128 o socks5h://localhost:1080.
wrong-login = No incluya el nombre ni la contraseña: se guardarían a la vista de todos.
wrong-hours = Debería ser como 22:00–06:00.

# What a transfer needs from somebody
log-in = Iniciar sesión
log-in-sentence = { $host } quiere saber quién es usted.
new-link = Nuevo enlace
new-link-sentence = El enlace ha caducado. Indique otro al mismo archivo y la transferencia continuará donde está.
new-link-wrong = Esto no es una dirección.

# The panel of particulars
tab-overview = Resumen
tab-segments = Segmentos
tab-speed = Velocidad
tab-attempts = Intentos
tab-answer = Respuesta
details-none = Seleccione una transferencia para ver aquí todo sobre ella.
copy = Copiar
open-part = Abrir durante la descarga
notice-no-beginning = El principio de «{ $name }» aún no ha llegado. Inténtelo de nuevo en un momento.
detail-connections = Conexiones
detail-group = Grupo
detail-priority = Prioridad
detail-resumable = Tras una pausa
resumable-yes = continúa donde se detuvo
resumable-no = empieza de nuevo; el servidor no permite otra cosa
bound-own-limit = El límite de velocidad de esta transferencia, { $speed }, no permite ir más rápido.
bound-all-limit = El límite de velocidad de todas las transferencias juntas, { $speed }, no permite ir más rápido.
bound-limit = Un límite de velocidad no permite ir más rápido.
bound-disk = El disco no da para más.
bound-connection = { $count ->
    [one] El servidor no da más velocidad a una sola conexión, y no puede haber más.
   *[other] El servidor no da más velocidad a cada una de las { $count } conexiones, y no puede haber más.
}
bound-host = { $count ->
    [one] El servidor no admite más de una conexión.
   *[other] El servidor no admite más de { $count } conexiones.
}
bound-network = La red está al máximo; con más conexiones no se gana nada.
bound-proxy = El paso por el proxy está al máximo; con más conexiones no se gana nada.
segments-none = Aún no ha llegado nada del archivo.
segments-unknown = { $size } ya recibidos. El servidor no ha indicado el tamaño del archivo.
segments-upload = Un archivo se envía en orden, de principio a fin.
segments-confirmed = El servidor ha confirmado { $amount }.
segments-connections = { $count ->
    [one] Una conexión
   *[other] { $count } conexiones
}
connection-range = { $from } – { $until }
connection-from = desde { $from }
part-checked = En el disco y comprobado
part-safe = En el disco
part-arrived = Recién llegado
part-coming = Conexión
part-missing = Falta
speed-now = Actual
speed-mean = Media
speed-highest = Máxima
speed-explained = Los últimos minutos en que esta vista ha estado abierta.
speed-none = Esta transferencia no avanza. Mientras avanza, su velocidad se dibuja aquí.
speed-soon = Su velocidad se dibujará aquí en un momento.
attempts-none = Aún no se ha intentado.
attempts-before = { $count ->
    [one] Ya no se conserva una entrada anterior a estas.
   *[other] Ya no se conservan { $count } entradas anteriores a estas.
}
attempt-completed = Llegó todo y es correcto.
attempt-stopped = Se detuvo antes del final.
attempt-took = duración { $time }
attempt-moved = { $amount } transferidos
happened-restarted = Se empezó de nuevo manualmente.
happened-started-over = Se empezó de nuevo: { $why }
happened-paused = Se pausó manualmente.
happened-link = Se cambió la dirección.
happened-network = No había red y la transferencia esperó a que la hubiera.
answer-way = Método
answer-none = No se conserva nada de la respuesta del servidor.
resume-from = Reanudar desde un archivo
notice-no-picker = El escritorio no ofrece un diálogo de selección. «windlass get --resume-data ARCHIVO» hace lo mismo.
notice-not-resume-data = «{ $name }» no contiene datos para reanudar o está dañado.
open-part-there = Abrir lo recibido

# Keys
main-menu = Menú
shortcuts = Atajos de teclado
keys-search = Buscar atajos
keys-none-found = Ningún atajo coincide con «{ $words }».
keys-adding = Añadir
keys-paste = Añadir lo copiado
keys-chosen = Transferencias seleccionadas
keys-toggle = Pausar o reanudar
keys-open = Abrir el archivo o mostrar los detalles
keys-tabs = Página siguiente o anterior de los detalles
keys-queue = Mover arriba o abajo en la cola
keys-queue-ends = Mover al principio o al final de la cola
keys-menu = Todas las acciones posibles
keys-choosing = Seleccionar transferencias
keys-rows = La de arriba o la de abajo
keys-pages = Una página más arriba o más abajo
keys-ends = La primera o la última
keys-through = Todas desde allí hasta aquí
keys-besides = Una más, conservando las demás
keys-all-rows = Todas
keys-all = Todas las transferencias
keys-limit = Activar o desactivar el límite de velocidad
keys-window = Ventana
keys-places = Todas, activas, pausadas, finalizadas, fallidas
keys-size = Todo más grande o más pequeño
keys-usual-size = Todo en su tamaño habitual
keys-close = Cerrar la ventana; las transferencias continúan
keys-moving = Navegación
keys-next = Botón o campo siguiente, o el anterior
keys-press = Pulsar un botón
keys-choices = La opción de al lado
keys-leave = Salir de un diálogo, los detalles, una búsqueda o una selección
key-control = Ctrl
key-shift = Mayús
key-alt = Alt
key-space = Espacio
key-enter = Intro
key-delete = Supr
key-escape = Esc
key-tab = Tab
key-home = Inicio
key-end = Fin
key-page-up = Re Pág
key-page-down = Av Pág
key-menu = Menú

# What this program is
about = Acerca de Windlass
about-version = Versión { $version }
about-sentence = Un gestor de descargas y subidas cuyas transferencias sobreviven a todo.
about-licence = Software libre. Puede usarlo bajo la licencia { $licence }.
about-transfers = Transferencias
about-log = Registro
about-copy = Copiar para un informe
about-copied = Copiado
about-parts = Bibliotecas
about-parts-sentence = Estas bibliotecas forman parte del programa, cada una con su propia licencia.

# How much was moved
statistics = Estadísticas
statistics-none = Aún no se ha transferido nada. Lo que se descargue y se suba a partir de ahora se contará aquí.
statistics-days = Los últimos { $count } días
statistics-down = Descarga
statistics-up = Subida
statistics-completed = Finalizadas
statistics-failed = Fallidas
statistics-today = Hoy
statistics-week = Esta semana
statistics-month = Este mes
statistics-since = Desde el { $day }
statistics-day = { $day }: { $down } descargados, { $up } subidos

# Groups
groups = Grupos
groups-none = Un grupo mantiene juntas varias transferencias: una tras otra, con un límite de velocidad o una carpeta propios.
group-add = Añadir grupo
group-times = Horarios
group-new = Nuevo grupo
group-title = Grupo «{ $name }»
group-name = Nombre
group-order = Orden
group-parallel = Todas a la vez
group-serial = Una tras otra
group-limit = Límite de velocidad de todo el grupo
group-folder = Carpeta para sus descargas
group-folder-none = La carpeta de descargas
group-at-most = { $speed } como máximo
group-done = { $all ->
    [one] { $done } de { $all } finalizada
   *[other] { $done } de { $all } finalizadas
}
group-failed = { $count ->
    [one] { $count } fallida
   *[other] { $count } fallidas
}
group-success = Cuando todo haya finalizado, ejecutar
group-failure = Cuando algo haya fallado, ejecutar
group-command = Un programa y sus argumentos
command-wrong = Esto no es un comando. Toda comilla abierta debe cerrarse.
group-taken = Ya existe un grupo con ese nombre.
group-remove = ¿Quitar el grupo «{ $name }»? Sus transferencias se conservan.
move-current = Mover al principio de su grupo
cost = Redes que cuestan dinero
cost-free = Esperar una sin coste
cost-default = Dentro del plan de datos
cost-always = Usarlas de todos modos

# Where nothing is listed
empty-paste = Pegue un enlace o un texto que contenga enlaces.
empty-drop = Suelte enlaces o archivos en esta ventana.
empty-folder = Las descargas van a { $folder }
empty-change = Cambiar…
nothing-search-on = Borrar la búsqueda
nothing-show-all = Mostrar todas
nothing-active = No hay nada en curso ni en espera.
nothing-paused = No hay nada en pausa.
nothing-finished = Aún no ha finalizado nada.
nothing-failed = No ha fallado nada.

# When all is done
when-done = Al finalizar todo…
when-nothing = No hacer nada
when-quit = Salir de Windlass
when-suspend = Suspender el equipo
when-power-off = Apagar el equipo
when-done-status = Al finalizar todo: { $what }
when-quit-in = Todo ha finalizado. Windlass se cerrará en { $seconds } s.
when-suspend-in = Todo ha finalizado. El equipo se suspenderá en { $seconds } s.
when-power-off-in = Todo ha finalizado. El equipo se apagará en { $seconds } s.
when-failed = Todo ha finalizado, pero no se ha podido suspender o apagar el equipo.

# Destinations and sites
destinations = Destinos
destinations-none = Un destino es un nombre para un lugar al que se envían archivos, con sus datos de acceso y su método.
destination-add = Añadir destino
destination-new = Nuevo destino
destination-import = Importar de ShareX…
destination-title = Destino «{ $name }»
destination-taken = Ya existe un destino con ese nombre.
destination-remove = ¿Quitar el destino «{ $name }»? Lo que se envió allí se conserva.
destination-copies = Copiar el enlace cuando se envíe un archivo
destination-link = Dónde está el enlace
destination-link-wrong = Así no se encuentra ningún enlace. Puede ser {"{"}json:RUTA{"}"}, {"{"}header:NOMBRE{"}"} o {"{"}response{"}"}.
destination-file-field = Nombre del campo con el archivo
sites = Sitios
sites-none = Un sitio es un servidor del que se sabe algo: datos de acceso, una carpeta o un límite para todo lo que viene de él o va a él.
site-add = Añadir sitio
site-new = Nuevo sitio
site-title = Sitio { $name }
site-taken = Ya existe un sitio con esta dirección.
site-remove = ¿Quitar el sitio { $name }? Las transferencias existentes conservan sus ajustes.
site-url = Dirección
site-url-about = Todo un servidor o una de sus carpetas.
site-usual = Según las preferencias
site-number = Debería ser un número entero.
site-timeout = Espera del servidor, en segundos
site-proxy-about = Una dirección, o «direct» para ninguno.
site-proxy-wrong = Debería ser como http://proxy.example:3128 o socks5h://localhost:1080, o bien «direct».
site-cookies = Archivo de cookies
site-cookies-none = Ninguno
has-login = Con datos de acceso
host-key = Clave del servidor
host-key-wrong = Esto no es la clave de un servidor. Debería constar de SHA256: y 43 caracteres más.
login-password-missing = Escriba también la contraseña; la guardada corresponde al nombre guardado.
secret-kept = Guardado
secret-stays = Deje ambos campos vacíos para conservar los datos.
secret-forget = Olvidar
secrets-kept = En el depósito de claves
secrets-elsewhere = Los datos de acceso guardados son solo para el servidor anterior. Indíquelos de nuevo.
secrets-go = También se olvidarán sus datos de acceso.
import-no-picker = El escritorio no ofrece un diálogo de selección. «windlass destinations import ARCHIVO» hace lo mismo.
import-not-one = «{ $name }» no es un servicio de subida personalizado de ShareX.

# What is told when a transfer ends
telling = Notificación
telling-usual = La habitual
telling-words = Texto propio
telling-nothing = Ninguna
telling-done = Texto si todo ha ido bien
telling-placeholder = Ya están aquí las fotos
telling-wrong = Escriba el texto de la notificación.

# Where a download finds no place, and a server that is not known
new-folder = Otra carpeta…
notice-no-folder-picker = Aquí no hay un diálogo de selección. «windlass set ID folder=RUTA» hace lo mismo.
trust-server = Confiar en este servidor
trust-server-sentence = { $host } presenta una clave que aquí no se conoce. Compárela con la que indique el responsable del servidor: otra persona podría haberse interpuesto.
trust-server-yes = Aceptar para este servidor

# The menu of a field
field-cut = Cortar
field-paste = Pegar
field-select-all = Seleccionar todo

# Room in the window
keys-panel = Agrandar o reducir el panel de detalles
text-scale-followed = Tan grande como lo quiere el escritorio, ahora { $percent } %.

# At home on the desktop
setting-autostart = Iniciar al abrir la sesión
    .about = Sin ventana. Las transferencias siguen por sí solas.
autostart-reason = Las transferencias siguen tras abrir la sesión
job-title = Transferencias
notice-series = { $done } de { $all } terminadas
setting-recent-files = Archivos recientes
    .about = Añadir las descargas terminadas a los archivos recientes del escritorio.
