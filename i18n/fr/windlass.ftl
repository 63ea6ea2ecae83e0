# Toolbar, tray, and what can be done with one transfer
add-download = Ajouter un téléchargement
add-upload = Ajouter un envoi
pause-all = Tout suspendre
resume-all = Tout reprendre
clear-finished = Retirer les terminés
preferences = Préférences
pause = Suspendre
resume = Reprendre
cancel = Annuler
restart = Recommencer
send-again = Renvoyer
remove = Retirer
move-to-trash = Mettre à la corbeille
open = Ouvrir
show-in-folder = Afficher dans le dossier
copy-link = Copier le lien
details = Détails
close = Fermer
leave = Annuler
back = Retour
dismiss = Masquer

# Main window
empty-title = Rien pour le moment
status-running = { $count ->
    [one] { $count } en cours
   *[other] { $count } en cours
}
status-idle = Rien en cours
status-total = { $count ->
    [one] { $count } transfert
   *[other] { $count } transferts
}
drop-hint = Déposez des liens à télécharger, des fichiers à envoyer

# Where a transfer stands
state-queued = Dans la file d’attente
state-downloading = Téléchargement
state-uploading = Envoi
state-verifying = Vérification
state-completed = Terminé
state-cancelled = Annulé
state-skipped = Ignoré : ce fichier existe déjà
state-failed = Échec
state-paused = Suspendu
state-waiting = En attente
state-restart-needed = Arrêté : un nouvel envoi pourrait faire un doublon
state-changed = Arrêté : le fichier a changé sur le serveur
state-needs-link = Arrêté : le lien ne fonctionne plus
state-needs-login = Arrêté : une identification est nécessaire
state-network = En attente du réseau
state-metered = En attente d’un réseau gratuit
state-roaming = En attente : ce réseau est celui d’un autre opérateur
state-data-limit = En attente : le forfait de données ne suffirait pas
state-battery = En attente pour ménager la batterie
state-retry = Nouvel essai à { $time }
state-schedule = Prévu : { $time }
state-disk-space = En attente d’espace disque
state-answer = Terminé, réponse du serveur : { $status }
leftover = Resté sur le serveur
leftover-removing = Suppression sur le serveur

# Amounts
amount = { $number } { $unit }
amount-of = { $done } sur { $total } { $unit }
speed = { $amount }/s
time-left = reste { $time }
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } j { $h } h
separator = { " · " }

# Adding downloads
links = Liens
links-placeholder = https://example.org/fichier.iso
links-count = { $count ->
    [0] Un lien par ligne.
    [one] { $count } lien.
   *[other] { $count } liens.
}
links-left-out = { $count ->
    [one] Cet élément n’est pas une adresse et est laissé de côté : { $which }
   *[other] Ces éléments ne sont pas des adresses et sont laissés de côté : { $which }
}
folder = Dossier
file-name = Nom du fichier
file-name-placeholder = Nom donné par le serveur
choose = Choisir…
start = Démarrer
no-picker = Le bureau ne propose pas de fenêtre de sélection. Saisissez plutôt le chemin.
path-not-whole = Saisissez le chemin complet, commençant par « / ».
name-not-plain = Un nom de fichier ne peut pas contenir « / ».

# Adding uploads
files = Fichiers
files-none = Aucun fichier choisi pour l’instant.
file-placeholder = /chemin/du/fichier
add-file = Ajouter
choose-files = Choisir des fichiers…
choose-folder = Choisir un dossier…
folder-tally = { $files ->
    [one] { $files } fichier
   *[other] { $files } fichiers
} dans { $folders ->
    [one] { $folders } dossier
   *[other] { $folders } dossiers
}, { $size }
folder-left-out = { $count ->
    [one] non envoyé : { $which }
   *[other] { $count } non envoyés, dont { $which }
} ({ $why ->
    [link-to-folder] un lien vers un dossier
    [link-to-outside] un lien vers l’extérieur
    [link-to-nothing] un lien qui ne mène nulle part
    [no-file] pas un fichier ordinaire
    [empty-folder] un dossier vide
   *[unreadable] illisible
})
address = Adresse
address-placeholder = https://example.org/upload
more = Plus
less = Moins
way = Méthode
way-auto = Automatique
way-form = Formulaire
way-resumable = HTTP avec reprise
way-hint = { $way ->
    [webdav] Le nom n’apparaît qu’une fois le fichier complet.
    [s3] Un objet à l’adresse https://serveur/bucket/nom. Écrivez les deux clés dans l’adresse : https://clé:secret@serveur/…
    [resumable] Reprend après une coupure, comme le prévoit le projet de norme du Web.
    [google] Une session des services de Google ; reprend après une coupure.
    [post] Une seule requête. Envoyé deux fois, le fichier peut se trouver en double.
    [put] Une seule requête qui place le fichier exactement à cette adresse, ou à l’intérieur si elle se termine par « / ». Elle peut être renvoyée sans risque.
    [form] Comme l’envoie un navigateur.
    [tus] Reprend après une coupure.
   *[auto] Le serveur indique ce qui lui convient le mieux.
}
fields = Champs
fields-placeholder = nom=valeur, un par ligne
field-wrong = « { $line } » n’est pas un champ. Il devrait ressembler à « nom=valeur ».
headers = En-têtes
headers-placeholder = Nom: valeur, un par ligne
header-wrong = « { $line } » n’est pas un en-tête. Il devrait ressembler à « Nom: valeur ».
destination = Destination
destination-save = Enregistrer comme destination
destination-name = Nom
destination-name-wrong = Une destination a besoin d’un nom court qui ne soit pas une adresse.
destination-kept = Enregistrée.
save = Enregistrer
if-exists = Si le nom est déjà pris
if-exists-fail = Ne rien changer
if-exists-rename = Utiliser un autre nom
if-exists-overwrite = Remplacer
if-exists-skip = Ignorer le fichier
limit = Limite de vitesse
limit-placeholder = 500K ou 2M par seconde ; vide pour aucune
speed-wrong = Ceci n’est pas une vitesse. Elle devrait ressembler à 500K ou 2M.
files-clash = Plusieurs fichiers seraient placés à l’adresse { $address }. Utilisez l’adresse d’un dossier, se terminant par « / », et des fichiers de noms différents.

# Questions
remove-question = Retirer « { $name } » ?
remove-loss = { $amount } déjà reçus seront supprimés.
remove-loss-upload = L’envoi s’arrête ici ; ce qui a été envoyé peut rester sur le serveur.
remove-loss-upload-begun = L’envoi s’arrête ici ; ce qui a été envoyé est supprimé du serveur.
restart-question = Recommencer « { $name } » ?
restart-loss = { $amount } déjà reçus seront téléchargés à nouveau.
quit-question = { $count ->
    [one] { $count } transfert est en cours
   *[other] { $count } transferts sont en cours
}
quit-explained = Les transferts peuvent continuer sans cette fenêtre. Si vous quittez Windlass, ils sont suspendus et reprendront la prochaine fois.
keep-running = Continuer en arrière-plan
pause-and-quit = Suspendre et quitter
quit = Quitter

# Details
detail-address = Adresse
detail-found-at = Trouvé à l’adresse
detail-destination = Destination
detail-link = Lien
detail-file = Fichier
detail-added = Ajouté le
detail-finished = Terminé le
detail-answer = Réponse du serveur
detail-checked = Comparé avec
checked-checksum = la somme de contrôle ({ $algorithm }) et la taille
checked-etag = l’étiquette de version du serveur et la taille
checked-length = la taille indiquée par le serveur
checked-none = rien ; le serveur n’a indiqué ni taille ni version

# Messages
gone-title = La session est terminée
gone-explained = Les transferts sont suspendus et conservés. Relancez Windlass pour continuer.
problem-title = Windlass ne peut pas démarrer
problem-locked = Un autre Windlass utilise ce profil. Quittez-le, ou attendez qu’il se termine, puis relancez.
problem-newer = La liste des transferts a été écrite par une version plus récente de Windlass et n’a pas été modifiée. Utilisez cette version.
problem-unusable = { $path } ne peut pas être utilisé : { $reason }. Vérifiez ses droits d’accès et le disque.
notice-background = Les transferts ont continué pendant que la fenêtre était fermée.
notice-cannot-open = Impossible d’ouvrir « { $name } ».
notice-restored = La liste des transferts était endommagée. La précédente est utilisée ; celle qui est endommagée est conservée sous { $path }.
notice-settings = Les préférences n’ont pas pu être lues et restent inchangées : { $path }

# Notifications and tray
notice-download-done = { $name } a été téléchargé
notice-upload-done = { $name } a été envoyé
notice-failed = Échec de { $name } : { $reason }
notice-group-done = Tout est terminé dans « { $name } »
notice-group-failed =
    { $count ->
        [one] { $count } transfert de « { $name } » a échoué
       *[other] { $count } transferts de « { $name } » ont échoué
    }
notice-open = Ouvrir
notice-show = Afficher dans le dossier
awake-reason = Des transferts sont en cours
sleep-delay-reason = La progression des transferts est en cours d’enregistrement
tray-open = Ouvrir Windlass
tray-idle = Windlass : rien en cours
tray-running = { $count ->
    [one] Windlass : { $count } transfert en cours
   *[other] Windlass : { $count } transferts en cours
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Le nom du serveur est inconnu
    .advice = Vérifiez l’adresse et le réseau.
error-cannot-connect = Le serveur ne répond pas
    .advice = Il est peut-être en panne ; réessayez plus tard.
error-server-unreachable = Le serveur est injoignable
    .advice = Vérifiez le réseau.
error-timeout = Le serveur a mis trop de temps
    .advice = Réessayez plus tard.
error-connection-aborted = La connexion a été coupée
    .advice = Utilisez « Reprendre » pour continuer.
error-certificate-common-name-is-incorrect = Le certificat du serveur correspond à un autre nom
    .advice = Vérifiez l’adresse.
error-certificate-expired = Le certificat du serveur a expiré
    .advice = Vérifiez l’horloge de cet ordinateur, ou contactez le responsable du site.
error-certificate-revoked = Le certificat du serveur a été révoqué
    .advice = Contactez le responsable du site.
error-certificate-is-invalid = Le certificat du serveur n’est pas reconnu comme fiable
    .advice = Contactez le responsable du site.
error-host-key-not-trusted = La clé du serveur n’est pas reconnue comme fiable
    .advice = Demandez la bonne au responsable du serveur et ne faites confiance qu’à celle-ci.
error-redirect-failed = Le serveur renvoie sans fin d’une adresse à une autre
    .advice = Vérifiez le lien.
error-https-to-http-on-redirection = Le serveur mène d’une adresse sécurisée à une adresse non sécurisée
    .advice = Utilisez l’adresse à laquelle il mène si vous lui faites confiance.
error-error-http-invalid-server-response = La réponse du serveur est incompréhensible
    .advice = Réessayez plus tard.
error-insufficient-range-support = Le serveur ne sait pas reprendre en cours de route
    .advice = Recommencez depuis le début.
error-secret-not-found = Les identifiants sont introuvables
    .advice = Déverrouillez le trousseau de clés et reprenez, ou ajoutez à nouveau le transfert avec ses identifiants.
error-unauthorized = Le serveur demande une identification
    .advice = Identifiez-vous avec un nom et un mot de passe.
error-forbidden = Le serveur refuse l’accès
    .advice = Vérifiez le lien et les identifiants.
error-not-found = Ce fichier n’existe pas sur le serveur
    .advice = Vérifiez le lien.
error-proxy-authentication-required = Le proxy demande une identification
    .advice = Ajoutez à nouveau le transfert avec un nom et un mot de passe pour le proxy.
error-proxy-unreachable = Le proxy ne répond pas
    .advice = Vérifiez les réglages du proxy et le réseau.
error-proxy-refused = Le proxy bloque ce transfert
    .advice = Vérifiez les réglages du proxy, ou contactez son responsable.
error-gone = Le fichier n’est plus là
    .advice = Cherchez un nouveau lien.
error-locked = Le fichier est en cours d’utilisation sur le serveur
    .advice = Réessayez plus tard.
error-insufficient-storage = Le serveur n’a plus de place
    .advice = Reprenez quand il y aura de la place.
error-request-entity-too-large = Le fichier est trop volumineux pour le serveur
    .advice = Demandez quelle taille il accepte.
error-requested-range-not-satisfiable = Le serveur a moins d’octets qu’avant
    .advice = Recommencez depuis le début.
error-too-many-requests = Le serveur veut recevoir moins de requêtes
    .advice = Réessayez plus tard.
error-unexpected-client-error = Le serveur refuse la requête
    .advice = Vérifiez l’adresse.
error-internal-server-error = Le serveur a un problème
    .advice = Réessayez plus tard.
error-unexpected-status-code = La réponse du serveur n’est pas un fichier
    .advice = Vérifiez le lien.
error-operation-canceled = Le transfert a été annulé
    .advice = Utilisez « Recommencer » pour le refaire.
error-invalid-proxy = Ceci n’est pas l’adresse d’un proxy
    .advice = Elle devrait ressembler à http://proxy.example:3128.
error-invalid-url = Ceci n’est pas une adresse
    .advice = Elle devrait ressembler à https://example.org/fichier.
error-unsupported-scheme = Ce type d’adresse n’est pas pris en charge
    .advice = Utilisez http, https, ftp, ftps, ftpes ou sftp.
error-truncated = Le serveur s’est arrêté avant la fin du fichier
    .advice = Utilisez « Reprendre » pour obtenir le reste.
error-changed = Le fichier sur le serveur n’est plus le même
    .advice = Utilisez « Recommencer » pour obtenir le nouveau.
error-checksum-mismatch = Le fichier ne correspond pas à sa somme de contrôle
    .advice = Recommencez, ou cherchez une autre source.
error-disk-full = Le disque est plein
    .advice = Libérez de l’espace ; le transfert continuera de lui-même.
error-permission-denied = L’écriture n’y est pas autorisée
    .advice = Choisissez un autre dossier.
error-read-only = Le disque est en lecture seule
    .advice = Choisissez un autre dossier.
error-file-missing = Le fichier n’est pas là
    .advice = Vérifiez son chemin.
error-file-changed = Le fichier a changé entre-temps
    .advice = Utilisez « Recommencer » pour l’envoyer tel qu’il est maintenant.
error-file-exists = Le nom est déjà pris
    .advice = Choisissez un autre nom.
error-already-complete = Le fichier était arrivé en entier sur le serveur
    .advice = Il y reste ; supprimez-le là-bas si vous n’en voulez pas.
error-io = Le disque signale une erreur
    .advice = Vérifiez le disque, puis reprenez.
error-ftp = Le serveur refuse la commande
    .advice = Vérifiez l’adresse.
error-result-unknown = Tout a été envoyé, mais la réponse n’est jamais arrivée
    .advice = Regardez sur le serveur avant d’envoyer à nouveau.
error-not-resumable = La reprise n’est pas possible
    .advice = Recommencez depuis le début.

# The main screen: columns, places, menus.
column-name = Nom
column-progress = Progression
column-size = Taille
column-speed = Vitesse
column-time-left = Temps restant
column-status = État
column-added = Ajouté
column-priority = Priorité
percent = { $number } %
number = { $number }
priority-high = Haute
priority-normal = Normale
priority-low = Basse
search = Rechercher
sidebar = Panneau latéral
sidebar-groups = Groupes
sidebar-destinations = Destinations
sidebar-files = Fichiers
place-all = Tous
place-active = Actifs
place-paused = Suspendus
place-finished = Terminés
place-failed = En échec
place-downloads = Téléchargements
place-uploads = Envois
place-pictures = Images
place-music = Musique
place-videos = Vidéos
place-documents = Documents
place-archives = Archives
place-programs = Programmes
nothing-found = Aucun résultat pour « { $words } ».
nothing-here = Rien ici.
copy-address = Copier le lien
move-first = Placer en tête
move-up = Monter
move-down = Descendre
move-last = Placer à la fin
held-network = En attente d’un réseau
held-metered = En attente : ce réseau est payant
held-roaming = En attente : itinérance
held-data-limit = En attente : le forfait de données est épuisé
held-battery = En attente du secteur
held-disk-space = En attente : le disque est plein
status-chosen = { $count ->
    [one] { $count } sélectionné
   *[other] { $count } sélectionnés
}
status-free = { $size } libres
limit-none = Sans limite
undo = Annuler
notice-removed = { $count ->
    [one] { $count } transfert retiré de la liste.
   *[other] { $count } transferts retirés de la liste.
}
notice-trashed = Retiré de la liste. Ce qui est arrivé va à la corbeille.
notice-not-trashed = Impossible de mettre « { $name } » à la corbeille. Le fichier reste où il est.
remove-several-question = { $count ->
    [one] Retirer { $count } transfert ?
   *[other] Retirer { $count } transferts ?
}
remove-several-loss = Ils ne sont pas terminés. Ce qui en a été reçu ({ $amount }) sera supprimé.
restart-several-question = { $count ->
    [one] Recommencer { $count } transfert ?
   *[other] Recommencer { $count } transferts ?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = « { $which } » : les adresses qui commencent par « { $scheme }: » ne peuvent pas être téléchargées.
adding-invalid = « { $which } » n’est pas une adresse complète.
adding-too-many = « { $which } » désigne trop de fichiers. Utilisez un intervalle plus petit.
adding-too-long = Ce texte est trop long.
adding-sends = Cette commande envoie quelque chose au serveur. Laissez le navigateur s’en charger.
adding-option = Cette commande contient une option inconnue ici : { $option }
adding-unfinished = Cette commande n’est pas complète. Copiez-la en entier.
adding-relative = « { $which } » n’est qu’une partie d’adresse.
adding-metalink = Ce Metalink est illisible.
adding-more-left-out = { $count ->
    [one] { $count } autre adresse ne peut pas être téléchargée.
   *[other] { $count } autres adresses ne peuvent pas être téléchargées.
}
chosen-count = { $chosen } sur { $count } sélectionnés
choose-all = Tout sélectionner
choose-none = Ne rien sélectionner
link-there = Déjà dans la liste
link-twice = En double dans le texte
link-there-sentence = Ce lien est déjà dans la liste.
show-it = Afficher
get-again = Télécharger à nouveau
probe-asking = Interrogation du serveur…
probe-size-unknown = Taille inconnue
probe-resumable = reprise possible
probe-not-resumable = reprise impossible
probe-page = Ce lien mène à une page web.
name-taken = Le dossier contient un fichier de ce nom.
group = Groupe
group-placeholder = Aucun
group-wrong = Un groupe a besoin d’un nom de 100 caractères au plus.
checksum = Somme de contrôle
checksum-wrong = Ceci n’est pas une somme de contrôle. Elle devrait ressembler à sha-256:9f86d0…
login-name = Nom d’utilisateur
login-name-missing = Un mot de passe a besoin d’un nom d’utilisateur.
login-password = Mot de passe
start-at = Démarrer à
start-at-placeholder = 22:30 ou +2h30m
start-at-wrong = Ceci n’est pas une heure. Elle devrait ressembler à 22:30 ou +2h30m.
speed-placeholder = 500K ou 2M par seconde
connections = Connexions
connections-placeholder = Autant que nécessaire
connections-wrong = Saisissez un nombre de 1 à 255.
priority = Priorité
said-to-all = Les identifiants et les en-têtes sont envoyés à tous les serveurs de la liste ci-dessus.

# Settings: sections, search, and what all of them have
settings-general = Général
settings-transfers = Transferts
settings-speed = Vitesse et horaires
settings-data = Réseau et données
settings-desktop = Notifications et bureau
settings-appearance = Apparence
settings-advanced = Avancé
settings-search = Rechercher
settings-found = Résultats de la recherche
settings-none-found = Aucun réglage ne correspond à « { $words } ».
settings-refused = Ceci n’a pas été enregistré : { $reason }
setting-back = Rétablir la valeur par défaut
setting-fewer = Moins
setting-more = Plus
no-limit = Sans limite
weekday = { $day ->
    [1] Lun
    [2] Mar
    [3] Mer
    [4] Jeu
    [5] Ven
    [6] Sam
   *[other] Dim
}

# Settings: each of them
setting-download-folder = Dossier des téléchargements
    .about = Là où vont les téléchargements, sauf indication contraire.
setting-language = Langue
    .about = La langue de cette fenêtre et des messages.
    .system = Comme le système
setting-max-running = Transferts simultanés
    .about = Les autres attendent leur tour.
setting-max-per-host = Transferts simultanés depuis un même serveur
    .about = Certains serveurs n’en acceptent que quelques-uns.
    .none = Sans limite
setting-retries = Essais avant d’abandonner
    .about = Combien de fois de suite un transfert est retenté quand aucun octet n’arrive.
setting-on-change = Quand un fichier change sur le serveur
    .about = Ce qu’il advient d’un téléchargement déjà commencé.
    .pause = Arrêter et demander
    .restart = Recommencer
setting-find-checksums = Chercher des sommes de contrôle
    .about = Si le serveur propose un fichier de sommes de contrôle à côté d’un téléchargement, celui-ci est vérifié à l’aide de ce fichier.
setting-download-limit = Vitesse de téléchargement
    .about = Le maximum pour tous les téléchargements réunis.
setting-upload-limit = Vitesse d’envoi
    .about = Le maximum pour tous les envois réunis.
setting-speed-limit = Vitesse totale
    .about = Le maximum pour les téléchargements et les envois réunis.
setting-windows = Horaires
    .about = Quand d’autres limites s’appliquent, ou qu’aucun transfert n’a lieu. Si plusieurs horaires se recoupent, le plus haut dans la liste l’emporte.
setting-data-plan = Forfait de données
    .about = La quantité autorisée sur les réseaux payants, comme celui d’un téléphone.
setting-data-plan-period = Durée du forfait
    .about = Ensuite, il repart de zéro.
    .day = Un jour
    .week = Une semaine
    .month = Un mois
setting-data-plan-begins = Jour de début du forfait
    .about = Le jour de la semaine ou du mois où il repart de zéro.
setting-keep-to-data-plan = Ne jamais dépasser le forfait
    .about = Rien ne va au-delà, pas même les transferts autorisés à coûter de l’argent.
setting-proxy = Proxy
    .about = Un serveur par lequel passent toutes les connexions. Ses identifiants se donnent avec chaque transfert.
    .system = Comme le système
    .direct = Aucun
    .own = Celui-ci
setting-notifications = Notifications
    .about = Prévenir quand un transfert est terminé ou a échoué.
setting-inhibit-sleep = Garder l’ordinateur éveillé
    .about = Il ne se met pas en veille de lui-même pendant les transferts.
setting-pause-on-battery = Attendre sur batterie
    .about = Les transferts continuent quand l’ordinateur est rebranché.
setting-pause-below-percent = Attendre quand la batterie est faible
    .about = Les transferts attendent quand il reste moins que cela.
    .none = Jamais
    .unit = %
setting-pause-in-power-saver = Attendre en économie d’énergie
    .about = Les transferts attendent tant que le bureau est réglé pour économiser l’énergie.
setting-appearance = Style
    .about = Clair ou sombre.
    .system = Comme le système
    .light = Clair
    .dark = Sombre
setting-contrast = Contraste
    .about = La netteté avec laquelle tout ressort.
    .system = Comme le système
    .normal = Normal
    .high = Élevé
setting-accent = Couleur
    .about = La couleur de ce qui avance et de la prochaine action.
    .system = Comme le système
    .own = Bleu
setting-motion = Animations
    .about = Si des éléments de la fenêtre bougent d’eux-mêmes.
    .system = Comme le système
    .full = Oui
    .reduced = Le moins possible
setting-text-scale = Taille de l’affichage
    .about = Ctrl avec plus ou moins la change aussi.
    .unit = %
setting-connect-timeout = Attente d’une connexion
    .about = Quand un serveur ne répond pas pendant ce temps, un nouvel essai a lieu plus tard.
    .unit = s
setting-silence-timeout = Attente d’un serveur silencieux
    .about = Quand rien n’arrive pendant ce temps, la connexion est rétablie.
    .unit = s
setting-min-split = Plus petite partie
    .about = Un fichier n’est téléchargé par plusieurs connexions que si chacune a au moins cela à faire.
setting-hardware-acceleration = Dessiner avec la carte graphique
    .about = S’applique au prochain démarrage. Laissez désactivé si la fenêtre s’affiche mal.

# Settings: times of the day
window-add = Ajouter un horaire
window-edit = Modifier
window-earlier = Monter
window-done = Terminé
window-days = Jours
window-hours = De quand à quand
window-pace = Ce qui s’applique alors
window-rest = Aucun transfert
window-limits = Autres limites
window-downloads = Téléchargements
window-uploads = Envois
window-both = Ensemble
window-daily = Tous les jours
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Aucun transfert
window-limit-down = Téléchargements : { $speed } au plus
window-limit-up = Envois : { $speed } au plus
window-limit-both = Ensemble : { $speed } au plus

# Settings: what is no value
wrong-number = Saisissez un nombre entier de { $least } à { $most }.
wrong-speed = Saisissez un nombre et son unité, comme 500 kB/s ou 2,5 MB/s. Laissez vide pour ne pas limiter.
wrong-size = Saisissez un nombre et son unité, comme 500 MB ou 5 GB.
wrong-small = Saisissez au moins { $least }.
wrong-proxy = Ceci devrait ressembler à http://proxy.example:3128 ou socks5h://localhost:1080.
wrong-login = N’indiquez ni nom ni mot de passe : ils seraient enregistrés à la vue de tous.
wrong-hours = Ceci devrait ressembler à 22:00–06:00.

# What a transfer needs from somebody
log-in = S’identifier
log-in-sentence = { $host } veut savoir qui vous êtes.
new-link = Nouveau lien
new-link-sentence = Le lien a expiré. Donnez-en un autre vers le même fichier, et le transfert continue là où il en est.
new-link-wrong = Ceci n’est pas une adresse.

# The panel of particulars
tab-overview = Aperçu
tab-segments = Segments
tab-speed = Vitesse
tab-attempts = Essais
tab-answer = Réponse
details-none = Sélectionnez un transfert pour voir ici tout ce qui le concerne.
copy = Copier
open-part = Ouvrir pendant le téléchargement
notice-no-beginning = Le début de « { $name } » n’est pas encore là. Réessayez dans un instant.
detail-connections = Connexions
detail-group = Groupe
detail-priority = Priorité
detail-resumable = Après suspension
resumable-yes = reprend là où il s’est arrêté
resumable-no = recommence depuis le début ; le serveur ne permet pas autre chose
bound-own-limit = La limite de vitesse de ce transfert, { $speed }, ne permet pas d’aller plus vite.
bound-all-limit = La limite de vitesse de tous les transferts réunis, { $speed }, ne permet pas d’aller plus vite.
bound-limit = Une limite de vitesse ne permet pas d’aller plus vite.
bound-disk = Le disque ne peut pas aller plus vite.
bound-connection = { $count ->
    [one] Le serveur ne va pas plus vite avec { $count } connexion, et il ne peut pas y en avoir davantage.
   *[other] Le serveur ne va pas plus vite sur chacune des { $count } connexions, et il ne peut pas y en avoir davantage.
}
bound-host = { $count ->
    [one] Le serveur n’accepte pas plus de { $count } connexion.
   *[other] Le serveur n’accepte pas plus de { $count } connexions.
}
bound-network = Le réseau est à son maximum ; d’autres connexions n’apporteraient rien de plus.
bound-proxy = Le passage par le proxy est à son maximum ; d’autres connexions n’apporteraient rien de plus.
segments-none = Rien de ce fichier n’est encore arrivé.
segments-unknown = { $size } déjà reçus. Le serveur n’a pas indiqué la taille du fichier.
segments-upload = Un fichier est envoyé d’un bout à l’autre, dans l’ordre.
segments-confirmed = Le serveur a bien reçu { $amount }.
segments-connections = { $count ->
    [one] { $count } connexion
   *[other] { $count } connexions
}
connection-range = { $from } – { $until }
connection-from = à partir de { $from }
part-checked = Sur le disque et vérifié
part-safe = Sur le disque
part-arrived = Vient d’arriver
part-coming = Connexion
part-missing = Manquant
speed-now = Actuelle
speed-mean = Moyenne
speed-highest = Maximale
speed-explained = Les dernières minutes pendant lesquelles cette vue était ouverte.
speed-none = Ce transfert n’avance pas. Quand il avance, sa vitesse est tracée ici.
speed-soon = Sa vitesse sera tracée ici dans un instant.
attempts-none = Aucun essai pour l’instant.
attempts-before = { $count ->
    [one] { $count } entrée plus ancienne n’est plus conservée.
   *[other] { $count } entrées plus anciennes ne sont plus conservées.
}
attempt-completed = Tout est arrivé et tout est correct.
attempt-stopped = Arrêté avant la fin.
attempt-took = durée { $time }
attempt-moved = { $amount } transférés
happened-restarted = Recommencé manuellement.
happened-started-over = Recommencé : { $why }
happened-paused = Suspendu manuellement.
happened-link = L’adresse a été changée.
happened-network = Il n’y avait pas de réseau, et le transfert en a attendu un.
answer-way = Méthode
answer-none = Rien n’a été conservé de la réponse du serveur.
resume-from = Reprendre à partir d’un fichier
notice-no-picker = Le bureau ne propose pas de fenêtre de sélection. « windlass get --resume-data FICHIER » fait la même chose.
notice-not-resume-data = « { $name } » ne contient pas de données de reprise, ou est endommagé.
open-part-there = Ouvrir la partie reçue

# Keys
main-menu = Menu
shortcuts = Raccourcis clavier
keys-search = Rechercher un raccourci
keys-none-found = Aucun raccourci ne correspond à « { $words } ».
keys-adding = Ajouter
keys-paste = Ajouter ce qui a été copié
keys-chosen = Transferts sélectionnés
keys-toggle = Suspendre ou reprendre
keys-open = Ouvrir le fichier ou afficher les détails
keys-tabs = Page suivante ou précédente des détails
keys-queue = Monter ou descendre dans la file d’attente
keys-queue-ends = Placer en tête ou à la fin de la file d’attente
keys-menu = Toutes les actions possibles
keys-choosing = Sélectionner des transferts
keys-rows = Celui du dessus ou du dessous
keys-pages = Une page plus haut ou plus bas
keys-ends = Le premier ou le dernier
keys-through = Tous, de là-bas jusqu’ici
keys-besides = Un de plus, en gardant les autres
keys-all-rows = Tous
keys-all = Tous les transferts
keys-limit = Activer ou désactiver la limite de vitesse
keys-window = Fenêtre
keys-places = Tous, actifs, suspendus, terminés, en échec
keys-size = Tout agrandir ou réduire
keys-usual-size = Tout à la taille habituelle
keys-close = Fermer la fenêtre ; les transferts continuent
keys-moving = Navigation
keys-next = Bouton ou champ suivant, ou précédent
keys-press = Appuyer sur un bouton
keys-choices = Le choix d’à côté
keys-leave = Quitter une boîte de dialogue, les détails, une recherche ou une sélection
key-control = Ctrl
key-shift = Maj
key-alt = Alt
key-space = Espace
key-enter = Entrée
key-delete = Suppr
key-escape = Échap
key-tab = Tab
key-home = Début
key-end = Fin
key-page-up = Page préc.
key-page-down = Page suiv.
key-menu = Menu

# What this program is
about = À propos de Windlass
about-version = Version { $version }
about-sentence = Un gestionnaire de téléchargements et d’envois dont les transferts survivent à tout.
about-licence = Logiciel libre. Vous pouvez l’utiliser sous licence { $licence }.
about-transfers = Transferts
about-log = Journal
about-copy = Copier pour un rapport
about-copied = Copié
about-parts = Bibliothèques
about-parts-sentence = Ces bibliothèques font partie du programme, chacune sous sa propre licence.

# How much was moved
statistics = Statistiques
statistics-none = Rien n’a encore été transféré. Ce qui sera téléchargé et envoyé à partir de maintenant sera compté ici.
statistics-days = Les { $count } derniers jours
statistics-down = Reçu
statistics-up = Envoyé
statistics-completed = Terminés
statistics-failed = Échecs
statistics-today = Aujourd’hui
statistics-week = Cette semaine
statistics-month = Ce mois-ci
statistics-since = Depuis le { $day }
statistics-day = { $day } : { $down } reçus, { $up } envoyés

# Groups
groups = Groupes
groups-none = Un groupe réunit des transferts : l’un après l’autre, avec une limite de vitesse ou un dossier qui leur est propre.
group-add = Ajouter un groupe
group-times = Horaires
group-new = Nouveau groupe
group-title = Groupe « { $name } »
group-name = Nom
group-order = Ordre
group-parallel = Tous à la fois
group-serial = L’un après l’autre
group-limit = Limite de vitesse de tout le groupe
group-folder = Dossier de ses téléchargements
group-folder-none = Le dossier des téléchargements
group-at-most = { $speed } au plus
group-done = { $all ->
    [one] { $done } sur { $all } terminé
   *[other] { $done } sur { $all } terminés
}
group-failed = { $count } en échec
group-success = Quand tout est terminé, exécuter
group-failure = Quand quelque chose a échoué, exécuter
group-command = Un programme et ses arguments
command-wrong = Ceci n’est pas une commande. Chaque guillemet ouvert doit être fermé.
group-taken = Il existe déjà un groupe de ce nom.
group-remove = Retirer le groupe « { $name } » ? Ses transferts sont conservés.
move-current = Placer en tête de son groupe
cost = Réseaux payants
cost-free = Attendre un réseau gratuit
cost-default = Dans la limite du forfait
cost-always = Les utiliser quand même

# Where nothing is listed
empty-paste = Collez un lien, ou un texte qui contient des liens.
empty-drop = Déposez des liens ou des fichiers sur cette fenêtre.
empty-folder = Les téléchargements vont dans { $folder }
empty-change = Changer…
nothing-search-on = Effacer la recherche
nothing-show-all = Tout afficher
nothing-active = Rien n’est en cours ni en attente.
nothing-paused = Rien n’est suspendu.
nothing-finished = Rien n’est encore terminé.
nothing-failed = Rien n’a échoué.

# When all is done
when-done = Quand tout est terminé…
when-nothing = Ne rien faire
when-quit = Quitter Windlass
when-suspend = Mettre l’ordinateur en veille
when-power-off = Éteindre l’ordinateur
when-done-status = Quand tout est terminé : { $what }
when-quit-in = Tout est terminé. Windlass se ferme dans { $seconds } s.
when-suspend-in = Tout est terminé. L’ordinateur se met en veille dans { $seconds } s.
when-power-off-in = Tout est terminé. L’ordinateur s’éteint dans { $seconds } s.
when-failed = Tout est terminé, mais l’ordinateur n’a pas pu être mis en veille ou éteint.

# Destinations and sites
destinations = Destinations
destinations-none = Une destination est un nom donné à un endroit où des fichiers sont envoyés, avec ses identifiants et sa méthode.
destination-add = Ajouter une destination
destination-new = Nouvelle destination
destination-import = Importer depuis ShareX…
destination-title = Destination « { $name } »
destination-taken = Il existe déjà une destination de ce nom.
destination-remove = Retirer la destination « { $name } » ? Ce qui y a été envoyé est conservé.
destination-copies = Copier le lien quand un fichier est envoyé
destination-link = Où trouver le lien
destination-link-wrong = Ceci ne permet de trouver aucun lien. Saisissez {"{"}json:CHEMIN{"}"}, {"{"}header:NOM{"}"} ou {"{"}response{"}"}.
destination-file-field = Nom du champ contenant le fichier
sites = Sites
sites-none = Un site est un serveur dont on connaît quelque chose : des identifiants, un dossier ou une limite pour tout ce qui en vient ou y va.
site-add = Ajouter un site
site-new = Nouveau site
site-title = Site { $name }
site-taken = Il existe déjà un site à cette adresse.
site-remove = Retirer le site { $name } ? Les transferts existants gardent leurs réglages.
site-url = Adresse
site-url-about = Tout un serveur, ou un de ses dossiers.
site-usual = Comme dans les préférences
site-number = Saisissez un nombre entier.
site-timeout = Attente du serveur, en secondes
site-proxy-about = Une adresse, ou « direct » pour aucun.
site-proxy-wrong = Ceci devrait ressembler à http://proxy.example:3128 ou socks5h://localhost:1080, ou être « direct ».
site-cookies = Fichier de cookies
site-cookies-none = Aucun
has-login = Avec identifiants
host-key = Clé du serveur
host-key-wrong = Ceci n’est pas la clé d’un serveur. Elle devrait se composer de SHA256: et de 43 autres caractères.
login-password-missing = Saisissez aussi le mot de passe ; celui qui est conservé va avec le nom conservé.
secret-kept = Conservé
secret-stays = Laissez les deux champs vides pour conserver ces identifiants.
secret-forget = Oublier
secrets-kept = Dans le trousseau de clés
secrets-elsewhere = Les identifiants conservés ne valent que pour le serveur précédent. Saisissez-les à nouveau.
secrets-go = Ses identifiants seront également oubliés.
import-no-picker = Le bureau ne propose pas de fenêtre de sélection. « windlass destinations import FICHIER » fait la même chose.
import-not-one = « { $name } » n’est pas un service d’envoi personnalisé de ShareX.

# What is told when a transfer ends
telling = Notification
telling-usual = Habituelle
telling-words = Texte personnalisé
telling-nothing = Aucune
telling-done = Texte si tout s’est bien passé
telling-placeholder = Les photos sont arrivées
telling-wrong = Saisissez le texte de la notification.

# Where a download finds no place, and a server that is not known
new-folder = Autre dossier…
notice-no-folder-picker = Aucune fenêtre de sélection n’est disponible ici. « windlass set ID folder=CHEMIN » fait la même chose.
trust-server = Faire confiance à ce serveur
trust-server-sentence = { $host } présente une clé inconnue ici. Comparez-la avec celle qu’indique le responsable du serveur : quelqu’un d’autre pourrait s’être interposé.
trust-server-yes = Accepter pour ce serveur

# The menu of a field
field-cut = Couper
field-paste = Coller
field-select-all = Tout sélectionner

# Room in the window
keys-panel = Agrandir ou réduire le panneau des détails
text-scale-followed = Aussi grand que le veut le bureau, soit { $percent } % actuellement.

# At home on the desktop
setting-autostart = Démarrer à l’ouverture de session
    .about = Sans fenêtre. Les transferts continuent d’eux-mêmes.
autostart-reason = Les transferts continuent après l’ouverture de session
job-title = Transferts
notice-series = { $done } sur { $all } terminés
setting-recent-files = Fichiers récents
    .about = Ajouter les téléchargements terminés aux fichiers récents du bureau.
