# Toolbar, tray, and what can be done with one transfer
add-download = Add download
add-upload = Add upload
pause-all = Pause all
resume-all = Resume all
clear-finished = Clear finished
preferences = Preferences
pause = Pause
resume = Resume
cancel = Cancel
restart = Start over
send-again = Send again
remove = Remove
move-to-trash = Move to trash
open = Open
show-in-folder = Show in folder
copy-link = Copy link
details = Details
close = Close
leave = Cancel
back = Back
dismiss = Dismiss

# Main window
empty-title = Nothing here yet
status-running = { $count ->
    [one] 1 running
   *[other] { $count } running
}
status-idle = Nothing is running
status-total = { $count ->
    [one] 1 transfer
   *[other] { $count } transfers
}
drop-hint = Drop links to download, files to upload

# Where a transfer stands
state-queued = In the queue
state-downloading = Downloading
state-uploading = Uploading
state-verifying = Checking
state-completed = Done
state-cancelled = Cancelled
state-skipped = Skipped: there is such a file already
state-failed = Failed
state-paused = Paused
state-waiting = Waiting
state-restart-needed = Stopped: sending it again may do it twice
state-changed = Stopped: the file on the server has changed
state-needs-link = Stopped: the link no longer works
state-needs-login = Stopped: a login is needed
state-network = Waiting for the network
state-metered = Waiting for a network that costs nothing
state-roaming = Waiting: this network is another provider’s
state-data-limit = Waiting: the data plan would not last
state-battery = Waiting to spare the battery
state-retry = Trying again at { $time }
state-schedule = Starts at { $time }
state-disk-space = Waiting for room on the disk
state-answer = Done, the server said { $status }
leftover = Left at the server
leftover-removing = Being removed from the server

# Amounts
amount = { $number } { $unit }
amount-of = { $done } of { $total } { $unit }
speed = { $amount }/s
time-left = { $time } left
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } d { $h } h
separator = { " · " }

# Adding downloads
links = Links
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] One link on each line.
    [one] 1 link.
   *[other] { $count } links.
}
links-left-out = { $count ->
    [one] This is not an address and is left out: { $which }
   *[other] These are not addresses and are left out: { $which }
}
folder = Folder
file-name = File name
file-name-placeholder = As the server calls it
choose = Choose…
start = Start
no-picker = The desktop offers no dialog to choose from. Type the path instead.
path-not-whole = Write the whole path, beginning with “/”.
name-not-plain = A file name cannot contain “/”.

# Adding uploads
files = Files
files-none = No file chosen yet.
file-placeholder = /path/to/file
add-file = Add
choose-files = Choose files…
choose-folder = Choose folder…
folder-tally = { $files ->
    [one] 1 file
   *[other] { $files } files
} in { $folders ->
    [one] 1 folder
   *[other] { $folders } folders
}, { $size }
folder-left-out = { $count ->
    [one] not sent: { $which }
   *[other] { $count } are not sent, first { $which }
} ({ $why ->
    [link-to-folder] a link to a folder
    [link-to-outside] a link to something outside
    [link-to-nothing] a link to nothing
    [no-file] no ordinary file
    [empty-folder] an empty folder
   *[unreadable] cannot be read
})
address = Address
address-placeholder = https://example.org/upload
more = More
less = Less
way = How
way-auto = Automatic
way-form = Form
way-resumable = Resumable HTTP
way-hint = { $way ->
    [webdav] The name is there only when the file is complete.
    [s3] An object at https://server/bucket/name. Write the two keys into the address: https://key:secret@server/…
    [resumable] It goes on after a cut, as the draft of the web’s standard says.
    [google] A session of Google’s services; it goes on after a cut.
    [post] One request. Sent twice, it may be there twice.
    [put] One request that stores the file at exactly this address, or in it if it ends with “/”. It can be sent again without harm.
    [form] As a browser sends it.
    [tus] It goes on after a cut.
   *[auto] The server is asked what it takes best.
}
fields = Fields
fields-placeholder = name=value, one on each line
field-wrong = “{ $line }” is not a field. It should look like “name=value”.
headers = Headers
headers-placeholder = Name: value, one on each line
header-wrong = “{ $line }” is not a header. It should look like “Name: value”.
destination = Destination
destination-save = Save as destination
destination-name = Name
destination-name-wrong = A destination needs a short name that is no address.
destination-kept = Saved.
save = Save
if-exists = If the name is taken
if-exists-fail = Leave it alone
if-exists-rename = Use a new name
if-exists-overwrite = Replace it
if-exists-skip = Skip the file
limit = Speed limit
limit-placeholder = 500K or 2M a second; empty for none
speed-wrong = This is not a speed. It should look like 500K or 2M.
files-clash = More than one file would be stored at { $address }. Use a folder’s address, ending with “/”, and files of different names.

# Questions
remove-question = Remove “{ $name }”?
remove-loss = { $amount } that already arrived will be deleted.
remove-loss-upload = It stops here; what was sent may stay on the server.
remove-loss-upload-begun = It stops here; what was sent is removed from the server.
restart-question = Start “{ $name }” over?
restart-loss = { $amount } that already arrived will be fetched again.
quit-question = { $count ->
    [one] A transfer is running
   *[other] { $count } transfers are running
}
quit-explained = Transfers can go on without this window. When you quit, they pause and go on the next time.
keep-running = Keep running in the background
pause-and-quit = Pause and quit
quit = Quit

# Details
detail-address = Address
detail-found-at = Found at
detail-destination = Destination
detail-link = Link
detail-file = File
detail-added = Added
detail-finished = Ended
detail-answer = The server’s answer
detail-checked = Checked against
checked-checksum = the checksum ({ $algorithm }) and the length
checked-etag = the server’s version tag and the length
checked-length = the length the server named
checked-none = nothing; the server named neither length nor version

# Messages
gone-title = The session has ended
gone-explained = Transfers are paused and kept. Start Windlass again to go on.
problem-title = Windlass cannot start
problem-locked = Another Windlass has this profile. Quit it, or wait until it has ended, and start again.
problem-newer = The list of transfers was written by a newer Windlass and was left as it is. Use the newer one.
problem-unusable = { $path } cannot be used: { $reason }. Check its permissions and the disk.
notice-background = Transfers went on while the window was closed.
notice-cannot-open = “{ $name }” could not be opened.
notice-restored = The list of transfers was damaged. The one before it is used; the damaged one is kept as { $path }.
notice-settings = The settings could not be read and are left as they are: { $path }

# Notifications and tray
notice-download-done = { $name } is here
notice-upload-done = { $name } is sent
notice-failed = { $name } failed: { $reason }
notice-group-done = Everything in “{ $name }” is done
notice-group-failed = 
    { $count ->
        [one] One transfer in “{ $name }” failed
       *[other] { $count } transfers in “{ $name }” failed
    }
notice-open = Open
notice-show = Show in folder
awake-reason = Transfers are running
sleep-delay-reason = The progress of transfers is being saved
tray-open = Open Windlass
tray-idle = Windlass: nothing is running
tray-running = { $count ->
    [one] Windlass: 1 transfer is running
   *[other] Windlass: { $count } transfers are running
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = The server’s name is not known
    .advice = Check the address and the network.
error-cannot-connect = The server does not answer
    .advice = It may be down; try again later.
error-server-unreachable = The server cannot be reached
    .advice = Check the network.
error-timeout = The server took too long
    .advice = Try again later.
error-connection-aborted = The connection was cut off
    .advice = Resume to go on.
error-certificate-common-name-is-incorrect = The server’s certificate belongs to another name
    .advice = Check the address.
error-certificate-expired = The server’s certificate has expired
    .advice = Check this computer’s clock, or ask the site’s owner.
error-certificate-revoked = The server’s certificate was revoked
    .advice = Ask the site’s owner.
error-certificate-is-invalid = The server’s certificate is not trusted
    .advice = Ask the site’s owner.
error-host-key-not-trusted = The server’s key is not trusted
    .advice = Ask the server’s owner which one is right, and trust only that.
error-redirect-failed = The server sends from one address to the next without end
    .advice = Check the link.
error-https-to-http-on-redirection = The server leads from a safe address to an unsafe one
    .advice = Use the address it leads to if you trust it.
error-error-http-invalid-server-response = The server’s answer makes no sense
    .advice = Try again later.
error-insufficient-range-support = The server cannot continue in the middle
    .advice = Start over from the beginning.
error-secret-not-found = The login was not found
    .advice = Unlock the keyring and resume, or add it again with the login.
error-unauthorized = The server wants a login
    .advice = Log in with a name and password.
error-forbidden = The server refuses access
    .advice = Check the link and the login.
error-not-found = The server has no such file
    .advice = Check the link.
error-proxy-authentication-required = The proxy wants a login
    .advice = Add it again with a name and password for the proxy.
error-proxy-unreachable = The proxy does not answer
    .advice = Check the proxy settings and the network.
error-proxy-refused = The proxy does not let this through
    .advice = Check the proxy settings, or ask who runs it.
error-gone = The file is no longer there
    .advice = Look for a new link.
error-locked = The file is in use on the server
    .advice = Try again later.
error-insufficient-storage = The server has no room left
    .advice = Resume when there is room.
error-request-entity-too-large = The file is too large for the server
    .advice = Ask what size it accepts.
error-requested-range-not-satisfiable = The server has fewer bytes than before
    .advice = Start over from the beginning.
error-too-many-requests = The server wants fewer requests
    .advice = Try again later.
error-unexpected-client-error = The server refuses the request
    .advice = Check the address.
error-internal-server-error = The server has a problem
    .advice = Try again later.
error-unexpected-status-code = The server’s answer is not a file
    .advice = Check the link.
error-operation-canceled = It was cancelled
    .advice = Start over to do it again.
error-invalid-proxy = This is not the address of a proxy
    .advice = It should look like http://proxy.example:3128.
error-invalid-url = This is not an address
    .advice = It should look like https://example.org/file.
error-unsupported-scheme = This kind of address is not supported
    .advice = Use http, https, ftp, ftps, ftpes or sftp.
error-truncated = The server ended before the file did
    .advice = Resume to get the rest.
error-changed = The file on the server is another one now
    .advice = Start over to get the new one.
error-checksum-mismatch = The file does not match its checksum
    .advice = Start over, or look for another source.
error-disk-full = The disk is full
    .advice = Free some space; it goes on by itself.
error-permission-denied = Writing there is not allowed
    .advice = Choose another folder.
error-read-only = The disk can only be read
    .advice = Choose another folder.
error-file-missing = The file is not there
    .advice = Check its path.
error-file-changed = The file changed meanwhile
    .advice = Start over to send it as it is now.
error-file-exists = The name is taken
    .advice = Choose another name.
error-already-complete = All of the file had arrived at the server
    .advice = It stays there; remove it there if you do not want it.
error-io = The disk reports an error
    .advice = Check the disk, then resume.
error-ftp = The server refuses the command
    .advice = Check the address.
error-result-unknown = Everything was sent, but the answer never came
    .advice = Look on the server before sending it again.
error-not-resumable = It cannot be continued
    .advice = Start over from the beginning.

# The main screen: columns, places, menus.
column-name = Name
column-progress = Progress
column-size = Size
column-speed = Speed
column-time-left = Time left
column-status = Status
column-added = Added
column-priority = Priority
percent = { $number } %
number = { $number }
priority-high = High
priority-normal = Normal
priority-low = Low
search = Search
sidebar = Sidebar
sidebar-groups = Groups
sidebar-destinations = Destinations
sidebar-files = Files
place-all = All
place-active = Active
place-paused = Paused
place-finished = Finished
place-failed = Failed
place-downloads = Downloads
place-uploads = Uploads
place-pictures = Pictures
place-music = Music
place-videos = Videos
place-documents = Documents
place-archives = Archives
place-programs = Programs
nothing-found = Nothing found for “{ $words }”.
nothing-here = Nothing here.
copy-address = Copy link
move-first = Move to the front
move-up = Move up
move-down = Move down
move-last = Move to the end
held-network = Waiting for a network
held-metered = Waiting: this network costs money
held-roaming = Waiting: roaming
held-data-limit = Waiting: the data plan is used up
held-battery = Waiting for power
held-disk-space = Waiting: the disk is full
status-chosen = { $count ->
    [one] { $count } selected
   *[other] { $count } selected
}
status-free = { $size } free
limit-none = No limit
undo = Undo
notice-removed = { $count ->
    [one] Removed one transfer from the list.
   *[other] Removed { $count } transfers from the list.
}
notice-trashed = Removed from the list. What has arrived moves to the trash.
notice-not-trashed = “{ $name }” could not be moved to the trash. It stays where it is.
remove-several-question = { $count ->
    [one] Remove { $count } transfer?
   *[other] Remove { $count } transfers?
}
remove-several-loss = They are not finished. What has arrived of them ({ $amount }) will be deleted.
restart-several-question = { $count ->
    [one] Start { $count } transfer over?
   *[other] Start { $count } transfers over?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = “{ $which }”: addresses that begin with “{ $scheme }:” cannot be downloaded.
adding-invalid = “{ $which }” is not a whole address.
adding-too-many = “{ $which }” stands for too many files. Use a smaller range.
adding-too-long = This text is too long.
adding-sends = This command sends something to the server. Let the browser do that.
adding-option = This command has an option that is not known here: { $option }
adding-unfinished = This command is not complete. Copy all of it.
adding-relative = “{ $which }” is only a part of an address.
adding-metalink = This Metalink cannot be read.
adding-more-left-out = { $count } more cannot be downloaded.
chosen-count = { $chosen } of { $count } chosen
choose-all = Choose all
choose-none = Choose none
link-there = Already in the list
link-twice = Twice in the text
link-there-sentence = This link is already in the list.
show-it = Show it
get-again = Get it again
probe-asking = Asking the server…
probe-size-unknown = Size not known
probe-resumable = can be resumed
probe-not-resumable = cannot be resumed
probe-page = This link leads to a web page.
name-taken = There is a file of this name in the folder.
group = Group
group-placeholder = None
group-wrong = A group needs a name of at most 100 letters.
checksum = Checksum
checksum-wrong = This is not a checksum. It should look like sha-256:9f86d0…
login-name = Name to log in
login-name-missing = A password needs a name.
login-password = Password
start-at = Start at
start-at-placeholder = 22:30 or +2h30m
start-at-wrong = This is not a time. It should look like 22:30 or +2h30m.
speed-placeholder = 500K or 2M a second
connections = Connections
connections-placeholder = As many as help
connections-wrong = This should be a number from 1 to 255.
priority = Priority
said-to-all = Login and headers are sent to every server in the list above.

# Settings: sections, search, and what all of them have
settings-general = General
settings-transfers = Transfers
settings-speed = Speed and times
settings-data = Network and data
settings-desktop = Notifications and desktop
settings-appearance = Appearance
settings-advanced = Advanced
settings-search = Search
settings-found = Search results
settings-none-found = No setting matches “{ $words }”.
settings-refused = This was not kept: { $reason }
setting-back = Back to the default
setting-fewer = Less
setting-more = More
no-limit = No limit
weekday = { $day ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[other] Sun
}

# Settings: each of them
setting-download-folder = Folder for downloads
    .about = Where downloads go unless you say otherwise.
setting-language = Language
    .about = The language of this window and of messages.
    .system = As the system
setting-max-running = Transfers at once
    .about = The others wait for their turn.
setting-max-per-host = Transfers at once from the same server
    .about = Some servers refuse more than a few.
    .none = No limit
setting-retries = Tries before giving up
    .about = How often in a row a transfer is tried again when not a single byte arrives.
setting-on-change = When a file changes on the server
    .about = What happens to a download that has already begun.
    .pause = Stop and ask
    .restart = Start over
setting-find-checksums = Look for checksums
    .about = If the server has a file of checksums beside a download, the download is checked against it.
setting-download-limit = Download speed
    .about = The most that all downloads use together.
setting-upload-limit = Upload speed
    .about = The most that all uploads use together.
setting-speed-limit = Total speed
    .about = The most that downloads and uploads use together.
setting-windows = Times of the day
    .about = When other limits hold, or nothing runs. If several hold at once, the topmost counts.
setting-data-plan = Data plan
    .about = How much may go over networks that cost money, such as a phone’s.
setting-data-plan-period = The plan is for
    .about = After that it begins anew.
    .day = A day
    .week = A week
    .month = A month
setting-data-plan-begins = The plan begins on day
    .about = The day of the week or of the month on which it begins anew.
setting-keep-to-data-plan = Never exceed the plan
    .about = Nothing goes beyond it, not even transfers that may cost money.
setting-proxy = Proxy
    .about = A server that all connections go through. A login for it belongs to each transfer.
    .system = As the system
    .direct = None
    .own = This one
setting-notifications = Notifications
    .about = Tell when a transfer is done or has failed.
setting-inhibit-sleep = Keep the computer awake
    .about = It does not fall asleep by itself while transfers run.
setting-pause-on-battery = Wait while on battery
    .about = Transfers go on when the computer is plugged in again.
setting-pause-below-percent = Wait when the battery is low
    .about = Transfers wait on a battery that has less than this.
    .none = Never
    .unit = %
setting-pause-in-power-saver = Wait while saving power
    .about = Transfers wait while the desktop is set to save power.
setting-appearance = Style
    .about = Light or dark.
    .system = As the system
    .light = Light
    .dark = Dark
setting-contrast = Contrast
    .about = How clearly everything stands out.
    .system = As the system
    .normal = Normal
    .high = High
setting-accent = Colour
    .about = The colour of what moves and of what comes next.
    .system = As the system
    .own = Blue
setting-motion = Movement
    .about = Whether things in the window move by themselves.
    .system = As the system
    .full = Yes
    .reduced = As little as possible
setting-text-scale = Size of everything
    .about = Ctrl and plus or minus change it as well.
    .unit = %
setting-connect-timeout = Wait for a connection
    .about = When a server does not answer for so long, it is tried again later.
    .unit = s
setting-silence-timeout = Wait for a silent server
    .about = When nothing arrives for so long, the connection is made anew.
    .unit = s
setting-min-split = Smallest part
    .about = A file is fetched over several connections only if each has at least this much to do.
setting-hardware-acceleration = Draw with the graphics card
    .about = Holds from the next start on. Leave it off if the window looks wrong.

# Settings: times of the day
window-add = Add a time
window-edit = Edit
window-earlier = Move up
window-done = Done
window-days = Days
window-hours = From when to when
window-pace = What holds then
window-rest = Nothing runs
window-limits = Other limits
window-downloads = Downloads
window-uploads = Uploads
window-both = Together
window-daily = Every day
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Nothing runs
window-limit-down = Downloads at most { $speed }
window-limit-up = Uploads at most { $speed }
window-limit-both = Together at most { $speed }

# Settings: what is no value
wrong-number = This should be a whole number from { $least } to { $most }.
wrong-speed = Write a number and its unit, such as 500 kB/s or 2.5 MB/s. Leave it empty for no limit.
wrong-size = Write a number and its unit, such as 500 MB or 5 GB.
wrong-small = This should be at least { $least }.
wrong-proxy = This should look like http://proxy.example:3128 or socks5h://localhost:1080.
wrong-login = Leave the name and password out: they would be written down for all to read.
wrong-hours = This should look like 22:00–06:00.

# What a transfer needs from somebody
log-in = Log in
log-in-sentence = { $host } wants to know who you are.
new-link = New link
new-link-sentence = The link has expired. Give another one to the same file, and it goes on where it is.
new-link-wrong = This is not an address.

# The panel of particulars
tab-overview = Overview
tab-segments = Segments
tab-speed = Speed
tab-attempts = Attempts
tab-answer = Answer
details-none = Choose a transfer to see all about it here.
copy = Copy
open-part = Open while downloading
notice-no-beginning = The beginning of “{ $name }” is not here yet. Try again in a moment.
detail-connections = Connections
detail-group = Group
detail-priority = Priority
detail-resumable = After a pause
resumable-yes = it goes on where it stopped
resumable-no = it begins again; the server cannot do otherwise
bound-own-limit = The speed limit of this transfer, { $speed }, holds it at this speed.
bound-all-limit = The speed limit for all transfers together, { $speed }, holds it at this speed.
bound-limit = A speed limit holds it at this speed.
bound-disk = The disk takes no more.
bound-connection = { $count ->
    [one] The server gives one connection no more than this, and there may be no more of them.
   *[other] The server gives each of the { $count } connections no more than this, and there may be no more of them.
}
bound-host = { $count ->
    [one] The server wants no more than one connection.
   *[other] The server wants no more than { $count } connections.
}
bound-network = The network is full; more connections bring no more.
bound-proxy = The way through the proxy is full; more connections bring no more.
segments-none = Nothing of the file is here yet.
segments-unknown = { $size } are here. The server has not said how long the file is.
segments-upload = A file is sent from its beginning to its end.
segments-confirmed = The server has { $amount } for sure.
segments-connections = { $count ->
    [one] One connection
   *[other] { $count } connections
}
connection-range = { $from } – { $until }
connection-from = from { $from } on
part-checked = On the disk and checked
part-safe = On the disk
part-arrived = Just arrived
part-coming = Connection
part-missing = Missing
speed-now = Now
speed-mean = Average
speed-highest = Highest
speed-explained = The last minutes in which this was open.
speed-none = This transfer is not moving. Its speed is drawn here while it does.
speed-soon = Its speed is drawn here in a moment.
attempts-none = It was not tried yet.
attempts-before = { $count ->
    [one] One entry before these is not kept any more.
   *[other] { $count } entries before these are not kept any more.
}
attempt-completed = Everything arrived, and it is right.
attempt-stopped = Stopped before the end.
attempt-took = took { $time }
attempt-moved = { $amount } moved
happened-restarted = Started over, as somebody wanted.
happened-started-over = Started over: { $why }
happened-paused = Paused by somebody.
happened-link = It got another address.
happened-network = There was no network, and it waited for one.
answer-way = Asked by
answer-none = Nothing is kept of what the server said.
resume-from = Resume from a file
notice-no-picker = The desktop offers no dialog to choose from. “windlass get --resume-data FILE” does the same.
notice-not-resume-data = “{ $name }” is not resume data, or it is damaged.
open-part-there = Open what is here

# Keys
main-menu = Menu
shortcuts = Keyboard shortcuts
keys-search = Search keys
keys-none-found = No key does anything with “{ $words }”.
keys-adding = Adding
keys-paste = Add what was copied
keys-chosen = Chosen transfers
keys-toggle = Pause or resume
keys-open = Open the file, or show details
keys-tabs = The next page of the details, or the one before
keys-queue = Move up or down in the queue
keys-queue-ends = Move to the beginning or the end of the queue
keys-menu = All that can be done
keys-choosing = Choosing transfers
keys-rows = The one above or below
keys-pages = One a page above or below
keys-ends = The first or the last
keys-through = All from there to here
keys-besides = One more, and keep the others
keys-all-rows = All
keys-all = All transfers
keys-limit = Speed limit on or off
keys-window = Window
keys-places = All, active, paused, finished, failed
keys-size = Everything larger or smaller
keys-usual-size = Everything as large as usual
keys-close = Close the window; transfers go on
keys-moving = Moving around
keys-next = The next button or field, or the one before
keys-press = Press a button
keys-choices = The choice beside it
keys-leave = Leave a dialog, the details, a search or a choice
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Space
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
about = About Windlass
about-version = Version { $version }
about-sentence = A download and upload manager whose transfers survive everything.
about-licence = Free software. You may use it under { $licence }.
about-transfers = Transfers
about-log = Log
about-copy = Copy for a report
about-copied = Copied
about-parts = Libraries
about-parts-sentence = These libraries are part of the program, each under its licence.

# How much was moved
statistics = Statistics
statistics-none = Nothing has been moved yet. What is downloaded and sent from now on is counted here.
statistics-days = The last { $count } days
statistics-down = Down
statistics-up = Up
statistics-completed = Done
statistics-failed = Failed
statistics-today = Today
statistics-week = This week
statistics-month = This month
statistics-since = Since { $day }
statistics-day = { $day }: { $down } down, { $up } up

# Groups
groups = Groups
groups-none = A group keeps transfers together: one after another, with a speed limit or a folder of their own.
group-add = Add group
group-times = Times of the day
group-new = New group
group-title = Group “{ $name }”
group-name = Name
group-order = Order
group-parallel = All at once
group-serial = One after another
group-limit = Speed limit for all of it
group-folder = Folder for its downloads
group-folder-none = The folder for downloads
group-at-most = at most { $speed }
group-done = { $done } of { $all } done
group-failed = { $count } failed
group-success = When all is done, run
group-failure = When something failed, run
group-command = A program and its arguments
command-wrong = This is not a command. Every quotation mark needs an end.
group-taken = There is a group of that name.
group-remove = Remove the group “{ $name }”? Its transfers stay.
move-current = Move to the front of its group
cost = Networks that cost money
cost-free = Wait for a free one
cost-default = Within the data plan
cost-always = Use them all the same

# Where nothing is listed
empty-paste = Paste a link, or any text with links in it.
empty-drop = Drop links or files on this window.
empty-folder = Downloads go to { $folder }
empty-change = Change…
nothing-search-on = Clear search
nothing-show-all = Show all
nothing-active = Nothing is running or waiting.
nothing-paused = Nothing is paused.
nothing-finished = Nothing is finished yet.
nothing-failed = Nothing has failed.

# When all is done
when-done = When all is done…
when-nothing = Do nothing
when-quit = Quit Windlass
when-suspend = Suspend the computer
when-power-off = Power off the computer
when-done-status = When all is done: { $what }
when-quit-in = All is done. Windlass quits in { $seconds } s.
when-suspend-in = All is done. The computer is suspended in { $seconds } s.
when-power-off-in = All is done. The computer is powered off in { $seconds } s.
when-failed = All is done, but the computer could not be suspended or powered off.

# Destinations and sites
destinations = Destinations
destinations-none = A destination is a name for where files are sent, with its login and how it is done.
destination-add = Add destination
destination-new = New destination
destination-import = Import from ShareX…
destination-title = Destination “{ $name }”
destination-taken = There is a destination of that name.
destination-remove = Remove the destination “{ $name }”? What was sent there stays.
destination-copies = Copy the link when a file is sent
destination-link = Where its link is found
destination-link-wrong = This finds no link. It can be {"{"}json:PATH{"}"}, {"{"}header:NAME{"}"} or {"{"}response{"}"}.
destination-file-field = Name of the field with the file
sites = Sites
sites-none = A site is a server of which something is known: a login, a folder or a limit for all that comes from there or goes there.
site-add = Add site
site-new = New site
site-title = Site { $name }
site-taken = This address is a site already.
site-remove = Remove the site { $name }? Transfers that there are keep what they have.
site-url = Address
site-url-about = All of a server, or a folder there.
site-usual = As in the settings
site-number = This should be a whole number.
site-timeout = Seconds to wait for the server
site-proxy-about = An address, or “direct” for none.
site-proxy-wrong = This should look like http://proxy.example:3128 or socks5h://localhost:1080, or be “direct”.
site-cookies = File of cookies
site-cookies-none = None
has-login = With login
host-key = Key of the server
host-key-wrong = This is not a server’s key. It looks like SHA256: and 43 more characters.
login-password-missing = Write the password too; the kept one belongs to the kept name.
secret-kept = Kept
secret-stays = Leave both empty to keep them.
secret-forget = Forget it
secrets-kept = Kept in the keyring
secrets-elsewhere = The login that is kept is for the other server only. Give it again.
secrets-go = Its login is forgotten as well.
import-no-picker = The desktop offers no dialog to choose from. “windlass destinations import FILE” does the same.
import-not-one = “{ $name }” is not a custom uploader of ShareX.

# What is told when a transfer ends
telling = Notification
telling-usual = As usual
telling-words = Own words
telling-nothing = None
telling-done = What it says when all went well
telling-placeholder = The photos are here
telling-wrong = Write what shall be told.

# Where a download finds no place, and a server that is not known
new-folder = Another folder…
notice-no-folder-picker = There is no dialog to choose from here. “windlass set ID folder=PATH” does the same.
trust-server = Trust this server
trust-server-sentence = { $host } shows a key that is not known here. Compare it with what the owner of the server says: somebody else could be in between.
trust-server-yes = Trust it for this server

# The menu of a field
field-cut = Cut
field-paste = Paste
field-select-all = Select all

# Room in the window
keys-panel = Make the panel with the details larger or smaller
text-scale-followed = As large as the desktop wants it, which is { $percent } % now.

# At home on the desktop
setting-autostart = Start at login
    .about = Without a window. Transfers go on by themselves.
autostart-reason = Transfers go on after login
job-title = Transfers
notice-series = { $done } of { $all } finished
setting-recent-files = Recent files
    .about = List finished downloads among the recent files of the desktop.
