# Toolbar, tray, and what can be done with one transfer
add-download = İndirme ekle
add-upload = Yükleme ekle
pause-all = Tümünü duraklat
resume-all = Tümünü sürdür
clear-finished = Tamamlananları temizle
preferences = Tercihler
pause = Duraklat
resume = Sürdür
cancel = İptal et
restart = Baştan başlat
send-again = Yeniden gönder
remove = Kaldır
move-to-trash = Çöpe taşı
open = Aç
show-in-folder = Klasörde göster
copy-link = Bağlantıyı kopyala
details = Ayrıntılar
close = Kapat
leave = İptal
back = Geri
dismiss = Kapat

# Main window
empty-title = Burada henüz bir şey yok
status-running = { $count ->
    [one] 1 aktarım sürüyor
   *[other] { $count } aktarım sürüyor
}
status-idle = Süren aktarım yok
status-total = { $count ->
    [one] 1 aktarım
   *[other] { $count } aktarım
}
drop-hint = İndirmek için bağlantı, yüklemek için dosya bırakın

# Where a transfer stands
state-queued = Kuyrukta
state-downloading = İndiriliyor
state-uploading = Yükleniyor
state-verifying = Doğrulanıyor
state-completed = Tamamlandı
state-cancelled = İptal edildi
state-skipped = Atlandı: böyle bir dosya zaten var
state-failed = Başarısız
state-paused = Duraklatıldı
state-waiting = Bekliyor
state-restart-needed = Durdu: yeniden göndermek işlemi iki kez yapabilir
state-changed = Durdu: sunucudaki dosya değişti
state-needs-link = Durdu: bağlantı adresi artık çalışmıyor
state-needs-login = Durdu: oturum açmak gerekiyor
state-network = Ağ bekleniyor
state-metered = Ücretsiz bir ağ bekleniyor
state-roaming = Bekliyor: bu ağ dolaşımda
state-data-limit = Bekliyor: veri paketi yetmeyecek
state-battery = Bekliyor: pil korunuyor
state-retry = Yeniden deneme: { $time }
state-schedule = Başlangıç: { $time }
state-disk-space = Diskte yer açılması bekleniyor
state-answer = Tamamlandı, sunucunun yanıtı: { $status }
leftover = Sunucuda kaldı
leftover-removing = Sunucudan kaldırılıyor

# Amounts
amount = { $number } { $unit }
amount-of = { $done } / { $total } { $unit }
speed = { $amount }/s
time-left = { $time } kaldı
time-seconds = { $s } sn
time-minutes = { $m } dk
time-minutes-seconds = { $m } dk { $s } sn
time-hours = { $h } sa { $m } dk
time-days = { $d } g { $h } sa
separator = { " · " }

# Adding downloads
links = Bağlantılar
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] Her satıra bir bağlantı yazın.
    [one] 1 bağlantı.
   *[other] { $count } bağlantı.
}
links-left-out = { $count ->
    [one] Bu bir adres değil, dışarıda bırakılıyor: { $which }
   *[other] Bunlar adres değil, dışarıda bırakılıyor: { $which }
}
folder = Klasör
file-name = Dosya adı
file-name-placeholder = Sunucunun verdiği ad
choose = Seç…
start = Başlat
no-picker = Bu masaüstünde seçim penceresi yok. Bunun yerine yolu yazın.
path-not-whole = Yolun tamamını “/” ile başlayarak yazın.
name-not-plain = Dosya adında “/” bulunamaz.

# Adding uploads
files = Dosyalar
files-none = Henüz dosya seçilmedi.
file-placeholder = /path/to/file
add-file = Ekle
choose-files = Dosya seç…
choose-folder = Klasör seç…
folder-tally = { $folders ->
    [one] 1 klasörde
   *[other] { $folders } klasörde
} { $files ->
    [one] 1 dosya
   *[other] { $files } dosya
}, { $size }
folder-left-out = { $count ->
    [one] gönderilmeyecek: { $which }
   *[other] { $count } öge gönderilmeyecek, ilki { $which }
} ({ $why ->
    [link-to-folder] klasöre giden bir bağlantı
    [link-to-outside] dışarıya giden bir bağlantı
    [link-to-nothing] hedefi olmayan bir bağlantı
    [no-file] sıradan bir dosya değil
    [empty-folder] boş bir klasör
   *[unreadable] okunamıyor
})
address = Adres
address-placeholder = https://example.org/upload
more = Daha fazla
less = Daha az
way = Yöntem
way-auto = Otomatik
way-form = Form
way-resumable = Devam edebilen HTTP
way-hint = { $way ->
    [webdav] Ad, ancak dosya tamamlandığında görünür.
    [s3] https://server/bucket/name konumundaki bir nesne. İki anahtarı adrese yazın: https://key:secret@server/…
    [resumable] Web standardı taslağına uygun olarak, kesintiden sonra kaldığı yerden sürer.
    [google] Google hizmetlerinin bir oturumu; kesintiden sonra kaldığı yerden sürer.
    [post] Tek istek. İki kez gönderilirse orada iki kez bulunabilir.
    [put] Dosyayı tam bu adrese, adres “/” ile bitiyorsa onun içine kaydeden tek istek. Yeniden göndermenin zararı olmaz.
    [form] Tarayıcının gönderdiği gibi.
    [tus] Kesintiden sonra kaldığı yerden sürer.
   *[auto] En uygun yöntem sunucuya sorulur.
}
fields = Alanlar
fields-placeholder = ad=değer, her satıra bir tane
field-wrong = “{ $line }” bir alan değil. “ad=değer” biçiminde olmalı.
headers = Üst bilgiler
headers-placeholder = Ad: değer, her satıra bir tane
header-wrong = “{ $line }” bir üst bilgi değil. “Ad: değer” biçiminde olmalı.
destination = Hedef
destination-save = Hedef olarak kaydet
destination-name = Ad
destination-name-wrong = Hedefin, adres olmayan kısa bir adı olmalı.
destination-kept = Kaydedildi.
save = Kaydet
if-exists = Ad kullanılıyorsa
if-exists-fail = Olduğu gibi bırak
if-exists-rename = Yeni ad kullan
if-exists-overwrite = Değiştir
if-exists-skip = Dosyayı atla
limit = Hız sınırı
limit-placeholder = saniyede 500K ya da 2M; sınır yoksa boş
speed-wrong = Bu bir hız değil. 500K ya da 2M gibi olmalı.
files-clash = { $address } adresine birden çok dosya kaydedilecek. “/” ile biten bir klasör adresi ve adları farklı dosyalar kullanın.

# Questions
remove-question = “{ $name }” kaldırılsın mı?
remove-loss = İndirilmiş olan { $amount } silinecek.
remove-loss-upload = Yükleme burada durur; gönderilenler sunucuda kalabilir.
remove-loss-upload-begun = Yükleme burada durur; gönderilenler sunucudan kaldırılır.
restart-question = “{ $name }” baştan başlatılsın mı?
restart-loss = İndirilmiş olan { $amount } yeniden indirilecek.
quit-question = { $count ->
    [one] Bir aktarım sürüyor
   *[other] { $count } aktarım sürüyor
}
quit-explained = Aktarımlar bu pencere olmadan da sürebilir. Çıkarsanız duraklatılır ve bir sonraki açılışta sürdürülür.
keep-running = Arka planda çalışmayı sürdür
pause-and-quit = Duraklat ve çık
quit = Çık

# Details
detail-address = Adres
detail-found-at = Bulunduğu yer
detail-destination = Hedef
detail-link = Bağlantı
detail-file = Dosya
detail-added = Eklenme
detail-finished = Bitiş
detail-answer = Sunucunun yanıtı
detail-checked = Doğrulama ölçütü
checked-checksum = sağlama toplamı ({ $algorithm }) ve uzunluk
checked-etag = sunucunun sürüm etiketi ve uzunluk
checked-length = sunucunun bildirdiği uzunluk
checked-none = yok; sunucu ne uzunluk ne de sürüm bildirdi

# Messages
gone-title = Oturum sona erdi
gone-explained = Aktarımlar duraklatıldı ve saklandı. Sürdürmek için Windlass’ı yeniden başlatın.
problem-title = Windlass başlatılamıyor
problem-locked = Başka bir Windlass bu profili kullanıyor. Onu kapatın ya da bitmesini bekleyin ve yeniden başlatın.
problem-newer = Aktarım listesi daha yeni bir Windlass ile yazılmış ve olduğu gibi bırakıldı. Yeni sürümü kullanın.
problem-unusable = { $path } kullanılamıyor: { $reason }. İzinlerini ve diski denetleyin.
notice-background = Pencere kapalıyken aktarımlar sürdü.
notice-cannot-open = “{ $name }” açılamadı.
notice-restored = Aktarım listesi bozulmuş. Bir önceki liste kullanılıyor; bozuk liste şurada saklanıyor: { $path }
notice-settings = Ayarlar okunamadı ve olduğu gibi bırakıldı: { $path }

# Notifications and tray
notice-download-done = { $name } indirildi
notice-upload-done = { $name } yüklendi
notice-failed = { $name } başarısız oldu: { $reason }
notice-group-done = “{ $name }” grubundaki her şey tamamlandı
notice-group-failed =
    { $count ->
        [one] “{ $name }” grubunda bir aktarım başarısız oldu
       *[other] “{ $name }” grubunda { $count } aktarım başarısız oldu
    }
notice-open = Aç
notice-show = Klasörde göster
awake-reason = Aktarımlar sürüyor
sleep-delay-reason = Aktarımların ilerlemesi kaydediliyor
tray-open = Windlass’ı aç
tray-idle = Windlass: süren aktarım yok
tray-running = { $count ->
    [one] Windlass: 1 aktarım sürüyor
   *[other] Windlass: { $count } aktarım sürüyor
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = Sunucunun adı bulunamadı
    .advice = Adresi ve ağı denetleyin.
error-cannot-connect = Sunucu yanıt vermiyor
    .advice = Kapalı olabilir; daha sonra yeniden deneyin.
error-server-unreachable = Sunucuya ulaşılamıyor
    .advice = Ağı denetleyin.
error-timeout = Sunucunun yanıtı çok uzun sürdü
    .advice = Daha sonra yeniden deneyin.
error-connection-aborted = Sunucuyla bağlantı kesildi
    .advice = Kaldığı yerden devam etmek için sürdürün.
error-certificate-common-name-is-incorrect = Sunucunun sertifikası başka bir ada ait
    .advice = Adresi denetleyin.
error-certificate-expired = Sunucunun sertifikasının süresi dolmuş
    .advice = Bu bilgisayarın saatini denetleyin ya da site sahibine sorun.
error-certificate-revoked = Sunucunun sertifikası iptal edilmiş
    .advice = Site sahibine sorun.
error-certificate-is-invalid = Sunucunun sertifikası güvenilir değil
    .advice = Site sahibine sorun.
error-host-key-not-trusted = Sunucunun anahtarı güvenilir değil
    .advice = Doğru anahtarı sunucunun sahibine sorun ve yalnızca ona güvenin.
error-redirect-failed = Sunucu durmadan bir adresten diğerine yönlendiriyor
    .advice = Bağlantı adresini denetleyin.
error-https-to-http-on-redirection = Sunucu güvenli bir adresten güvenli olmayan bir adrese yönlendiriyor
    .advice = Güveniyorsanız yönlendirdiği adresi kullanın.
error-error-http-invalid-server-response = Sunucunun yanıtı anlaşılamadı
    .advice = Daha sonra yeniden deneyin.
error-insufficient-range-support = Sunucu kaldığı yerden devam edemiyor
    .advice = En baştan başlatın.
error-secret-not-found = Oturum bilgileri bulunamadı
    .advice = Anahtarlığın kilidini açıp sürdürün ya da oturum bilgileriyle yeniden ekleyin.
error-unauthorized = Sunucu oturum açılmasını istiyor
    .advice = Kullanıcı adı ve parolayla oturum açın.
error-forbidden = Sunucu erişime izin vermiyor
    .advice = Bağlantı adresini ve oturum bilgilerini denetleyin.
error-not-found = Sunucuda böyle bir dosya yok
    .advice = Bağlantı adresini denetleyin.
error-proxy-authentication-required = Vekil sunucu oturum açılmasını istiyor
    .advice = Vekil sunucunun kullanıcı adı ve parolasıyla yeniden ekleyin.
error-proxy-unreachable = Vekil sunucu yanıt vermiyor
    .advice = Vekil sunucu ayarlarını ve ağı denetleyin.
error-proxy-refused = Vekil sunucu buna izin vermiyor
    .advice = Vekil sunucu ayarlarını denetleyin ya da yöneticisine sorun.
error-gone = Dosya artık orada değil
    .advice = Yeni bir bağlantı adresi arayın.
error-locked = Dosya sunucuda kullanılıyor
    .advice = Daha sonra yeniden deneyin.
error-insufficient-storage = Sunucuda yer kalmadı
    .advice = Yer açıldığında sürdürün.
error-request-entity-too-large = Dosya sunucu için çok büyük
    .advice = Hangi boyutu kabul ettiğini sorun.
error-requested-range-not-satisfiable = Sunucudaki veri öncekinden az
    .advice = En baştan başlatın.
error-too-many-requests = Sunucu daha az istek istiyor
    .advice = Daha sonra yeniden deneyin.
error-unexpected-client-error = Sunucu isteği reddediyor
    .advice = Adresi denetleyin.
error-internal-server-error = Sunucuda bir sorun var
    .advice = Daha sonra yeniden deneyin.
error-unexpected-status-code = Sunucunun yanıtı bir dosya değil
    .advice = Bağlantı adresini denetleyin.
error-operation-canceled = İptal edildi
    .advice = Yeniden yapmak için baştan başlatın.
error-invalid-proxy = Bu bir vekil sunucu adresi değil
    .advice = http://proxy.example:3128 biçiminde olmalı.
error-invalid-url = Bu bir adres değil
    .advice = https://example.org/file biçiminde olmalı.
error-unsupported-scheme = Bu tür adresler desteklenmiyor
    .advice = http, https, ftp, ftps, ftpes ya da sftp kullanın.
error-truncated = Dosya bitmeden sunucu aktarımı bitirdi
    .advice = Kalanını almak için sürdürün.
error-changed = Sunucudaki dosya artık başka bir dosya
    .advice = Yenisini almak için baştan başlatın.
error-checksum-mismatch = Dosya sağlama toplamıyla eşleşmiyor
    .advice = Baştan başlatın ya da başka bir kaynak arayın.
error-disk-full = Disk dolu
    .advice = Yer açın; kendiliğinden sürer.
error-permission-denied = Oraya yazma izni yok
    .advice = Başka bir klasör seçin.
error-read-only = Disk salt okunur
    .advice = Başka bir klasör seçin.
error-file-missing = Dosya yerinde değil
    .advice = Yolunu denetleyin.
error-file-changed = Dosya bu arada değişti
    .advice = Şimdiki hâlini göndermek için baştan başlatın.
error-file-exists = Bu ad kullanılıyor
    .advice = Başka bir ad seçin.
error-already-complete = Dosyanın tamamı sunucuya ulaşmıştı
    .advice = Orada kalır; istemiyorsanız oradan kaldırın.
error-io = Disk bir hata bildiriyor
    .advice = Diski denetleyin, sonra sürdürün.
error-ftp = Sunucu komutu reddediyor
    .advice = Adresi denetleyin.
error-result-unknown = Her şey gönderildi ama yanıt gelmedi
    .advice = Yeniden göndermeden önce sunucuya bakın.
error-not-resumable = Kaldığı yerden sürdürülemiyor
    .advice = En baştan başlatın.

# The main screen: columns, places, menus.
column-name = Ad
column-progress = İlerleme
column-size = Boyut
column-speed = Hız
column-time-left = Kalan süre
column-status = Durum
column-added = Eklenme
column-priority = Öncelik
percent = %{ $number }
number = { $number }
priority-high = Yüksek
priority-normal = Normal
priority-low = Düşük
search = Ara
sidebar = Kenar çubuğu
sidebar-groups = Gruplar
sidebar-destinations = Hedefler
sidebar-files = Dosyalar
place-all = Tümü
place-active = Etkin
place-paused = Duraklatılan
place-finished = Tamamlanan
place-failed = Başarısız
place-downloads = İndirmeler
place-uploads = Yüklemeler
place-pictures = Resimler
place-music = Müzik
place-videos = Videolar
place-documents = Belgeler
place-archives = Arşivler
place-programs = Programlar
nothing-found = “{ $words }” için sonuç bulunamadı.
nothing-here = Burada bir şey yok.
copy-address = Bağlantıyı kopyala
move-first = En başa taşı
move-up = Yukarı taşı
move-down = Aşağı taşı
move-last = En sona taşı
held-network = Ağ bekleniyor
held-metered = Bekliyor: bu ağ ücretli
held-roaming = Bekliyor: dolaşım
held-data-limit = Bekliyor: veri paketi bitti
held-battery = Güç bağlantısı bekleniyor
held-disk-space = Bekliyor: disk dolu
status-chosen = { $count ->
    [one] { $count } seçili
   *[other] { $count } seçili
}
status-free = { $size } boş
limit-none = Sınır yok
undo = Geri al
notice-removed = { $count ->
    [one] Bir aktarım listeden kaldırıldı.
   *[other] { $count } aktarım listeden kaldırıldı.
}
notice-trashed = Listeden kaldırıldı. Gelen dosyalar çöpe taşınır.
notice-not-trashed = “{ $name }” çöpe taşınamadı. Olduğu yerde kalıyor.
remove-several-question = { $count ->
    [one] { $count } aktarım kaldırılsın mı?
   *[other] { $count } aktarım kaldırılsın mı?
}
remove-several-loss = Bunlar henüz tamamlanmadı. İndirilmiş bölümleri ({ $amount }) silinecek.
restart-several-question = { $count ->
    [one] { $count } aktarım baştan başlatılsın mı?
   *[other] { $count } aktarım baştan başlatılsın mı?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = “{ $which }”: “{ $scheme }:” ile başlayan adresler indirilemez.
adding-invalid = “{ $which }” tam bir adres değil.
adding-too-many = “{ $which }” çok fazla dosya anlamına geliyor. Daha küçük bir aralık kullanın.
adding-too-long = Bu metin çok uzun.
adding-sends = Bu komut sunucuya bir şey gönderiyor. Bunu tarayıcıda yapın.
adding-option = Bu komutta burada bilinmeyen bir seçenek var: { $option }
adding-unfinished = Bu komut eksik. Tamamını kopyalayın.
adding-relative = “{ $which }” bir adresin yalnızca bir bölümü.
adding-metalink = Bu Metalink okunamıyor.
adding-more-left-out = { $count } tane daha indirilemiyor.
chosen-count = { $chosen } / { $count } seçili
choose-all = Tümünü seç
choose-none = Hiçbirini seçme
link-there = Zaten listede
link-twice = Metinde iki kez var
link-there-sentence = Bu bağlantı zaten listede.
show-it = Göster
get-again = Yeniden indir
probe-asking = Sunucuya soruluyor…
probe-size-unknown = Boyut bilinmiyor
probe-resumable = kaldığı yerden sürdürülebilir
probe-not-resumable = kaldığı yerden sürdürülemez
probe-page = Bu bağlantı bir web sayfasına gidiyor.
name-taken = Klasörde bu adda bir dosya var.
group = Grup
group-placeholder = Yok
group-wrong = Grubun en çok 100 karakterlik bir adı olmalı.
checksum = Sağlama toplamı
checksum-wrong = Bu bir sağlama toplamı değil. sha-256:9f86d0… biçiminde olmalı.
login-name = Kullanıcı adı
login-name-missing = Parola için bir kullanıcı adı gerekir.
login-password = Parola
start-at = Başlangıç
start-at-placeholder = 22:30 ya da +2h30m
start-at-wrong = Bu bir saat değil. 22:30 ya da +2h30m gibi olmalı.
speed-placeholder = saniyede 500K ya da 2M
connections = Eş zamanlı bağlantı
connections-placeholder = Gerektiği kadar
connections-wrong = 1 ile 255 arasında bir sayı olmalı.
priority = Öncelik
said-to-all = Oturum bilgileri ve üst bilgiler, yukarıdaki listede bulunan her sunucuya gönderilir.

# Settings: sections, search, and what all of them have
settings-general = Genel
settings-transfers = Aktarımlar
settings-speed = Hız ve saatler
settings-data = Ağ ve veri
settings-desktop = Bildirimler ve masaüstü
settings-appearance = Görünüm
settings-advanced = Gelişmiş
settings-search = Ara
settings-found = Arama sonuçları
settings-none-found = “{ $words }” ile eşleşen ayar yok.
settings-refused = Bu kaydedilmedi: { $reason }
setting-back = Öntanımlıya dön
setting-fewer = Azalt
setting-more = Artır
no-limit = Sınır yok
weekday = { $day ->
    [1] Pzt
    [2] Sal
    [3] Çar
    [4] Per
    [5] Cum
    [6] Cmt
   *[other] Paz
}

# Settings: each of them
setting-download-folder = İndirme klasörü
    .about = Başka bir yer belirtmediğinizde indirmelerin kaydedildiği yer.
setting-language = Dil
    .about = Bu pencerenin ve iletilerin dili.
    .system = Sistemdeki gibi
setting-max-running = Eş zamanlı aktarım
    .about = Diğerleri sırasını bekler.
setting-max-per-host = Aynı sunucuyla eş zamanlı aktarım
    .about = Bazı sunucular birkaç taneden çoğunu reddeder.
    .none = Sınır yok
setting-retries = Vazgeçmeden önceki deneme sayısı
    .about = Tek bir bayt bile gelmediğinde aktarımın art arda kaç kez yeniden deneneceği.
setting-on-change = Dosya sunucuda değişirse
    .about = Başlamış bir indirmeye ne olacağı.
    .pause = Dur ve sor
    .restart = Baştan başlat
setting-find-checksums = Sağlama toplamlarını ara
    .about = Sunucuda indirmenin yanında bir sağlama toplamı dosyası varsa indirme onunla doğrulanır.
setting-download-limit = İndirme hızı
    .about = Tüm indirmelerin birlikte kullanabileceği en yüksek hız.
setting-upload-limit = Yükleme hızı
    .about = Tüm yüklemelerin birlikte kullanabileceği en yüksek hız.
setting-speed-limit = Toplam hız
    .about = İndirme ve yüklemelerin birlikte kullanabileceği en yüksek hız.
setting-windows = Günün saatleri
    .about = Başka sınırların geçerli olduğu ya da hiçbir şeyin çalışmadığı saatler. Çakışırlarsa en üstteki geçerlidir.
setting-data-plan = Veri paketi
    .about = Telefon ağı gibi ücretli ağlardan ne kadar veri geçebileceği.
setting-data-plan-period = Paketin süresi
    .about = Süre dolunca paket yeniden başlar.
    .day = Bir gün
    .week = Bir hafta
    .month = Bir ay
setting-data-plan-begins = Paketin başladığı gün
    .about = Haftanın ya da ayın, paketin yeniden başladığı günü.
setting-keep-to-data-plan = Paketi hiç aşma
    .about = Ücretli ağları kullanabilen aktarımlar da içinde, hiçbir şey paketi aşmaz.
setting-proxy = Vekil sunucu
    .about = Tüm bağlantıların geçtiği sunucu. Oturum bilgileri her aktarımda ayrıca girilir.
    .system = Sistemdeki gibi
    .direct = Yok
    .own = Şu sunucu
setting-notifications = Bildirimler
    .about = Bir aktarım tamamlandığında ya da başarısız olduğunda bildir.
setting-inhibit-sleep = Bilgisayarı uyanık tut
    .about = Aktarımlar sürerken bilgisayar kendiliğinden uykuya geçmez.
setting-pause-on-battery = Pildeyken bekle
    .about = Bilgisayar yeniden prize takıldığında aktarımlar sürer.
setting-pause-below-percent = Pil azken bekle
    .about = Pil düzeyi bunun altındayken aktarımlar bekler.
    .none = Hiçbir zaman
    .unit = %
setting-pause-in-power-saver = Güç tasarrufunda bekle
    .about = Masaüstü güç tasarrufuna ayarlıyken aktarımlar bekler.
setting-appearance = Biçem
    .about = Açık ya da koyu.
    .system = Sistemdeki gibi
    .light = Açık
    .dark = Koyu
setting-contrast = Karşıtlık
    .about = Her şeyin ne kadar belirgin göründüğü.
    .system = Sistemdeki gibi
    .normal = Normal
    .high = Yüksek
setting-accent = Renk
    .about = Hareket edenlerin ve sıradaki adımın rengi.
    .system = Sistemdeki gibi
    .own = Mavi
setting-motion = Hareket
    .about = Penceredeki ögelerin kendiliğinden hareket edip etmeyeceği.
    .system = Sistemdeki gibi
    .full = Evet
    .reduced = Olabildiğince az
setting-text-scale = Her şeyin boyutu
    .about = Ctrl ile artı ya da eksi de bunu değiştirir.
    .unit = %
setting-connect-timeout = Bağlantıyı bekleme süresi
    .about = Sunucu bu süre boyunca yanıt vermezse daha sonra yeniden denenir.
    .unit = sn
setting-silence-timeout = Sessiz sunucuyu bekleme süresi
    .about = Bu süre boyunca hiçbir şey gelmezse bağlantı yeniden kurulur.
    .unit = sn
setting-min-split = En küçük parça
    .about = Bir dosya, ancak her birine en az bu kadar düşüyorsa birden çok bağlantıyla indirilir.
setting-hardware-acceleration = Ekran kartıyla çiz
    .about = Bir sonraki başlatmada geçerli olur. Pencere bozuk görünüyorsa kapalı bırakın.

# Settings: times of the day
window-add = Saat aralığı ekle
window-edit = Düzenle
window-earlier = Yukarı taşı
window-done = Tamam
window-days = Günler
window-hours = Başlangıç ve bitiş
window-pace = Bu saatlerde
window-rest = Hiçbir şey çalışmasın
window-limits = Başka sınırlar
window-downloads = İndirmeler
window-uploads = Yüklemeler
window-both = Toplam
window-daily = Her gün
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Hiçbir şey çalışmaz
window-limit-down = İndirmeler en çok { $speed }
window-limit-up = Yüklemeler en çok { $speed }
window-limit-both = Toplam en çok { $speed }

# Settings: what is no value
wrong-number = { $least } ile { $most } arasında bir tam sayı olmalı.
wrong-speed = 500 kB/s ya da 2.5 MB/s gibi, bir sayı ve birimini yazın. Sınır yoksa boş bırakın.
wrong-size = 500 MB ya da 5 GB gibi, bir sayı ve birimini yazın.
wrong-small = En az { $least } olmalı.
wrong-proxy = http://proxy.example:3128 ya da socks5h://localhost:1080 biçiminde olmalı.
wrong-login = Kullanıcı adını ve parolayı yazmayın: herkesin okuyabileceği biçimde kaydedilirler.
wrong-hours = 22:00–06:00 biçiminde olmalı.

# What a transfer needs from somebody
log-in = Oturum aç
log-in-sentence = { $host } kim olduğunuzu bilmek istiyor.
new-link = Yeni bağlantı adresi
new-link-sentence = Bağlantı adresinin süresi dolmuş. Aynı dosyanın başka bir bağlantı adresini verin, aktarım kaldığı yerden sürsün.
new-link-wrong = Bu bir adres değil.

# The panel of particulars
tab-overview = Genel bakış
tab-segments = Parçalar
tab-speed = Hız
tab-attempts = Denemeler
tab-answer = Yanıt
details-none = Tüm ayrıntılarını burada görmek için bir aktarım seçin.
copy = Kopyala
open-part = İndirilirken aç
notice-no-beginning = “{ $name }” dosyasının başı henüz gelmedi. Birazdan yeniden deneyin.
detail-connections = Bağlantı sayısı
detail-group = Grup
detail-priority = Öncelik
detail-resumable = Duraklatınca
resumable-yes = kaldığı yerden sürer
resumable-no = baştan başlar; sunucu kaldığı yerden devam edemiyor
bound-own-limit = Bu aktarımın hız sınırı ({ $speed }) onu bu hızda tutuyor.
bound-all-limit = Tüm aktarımların toplam hız sınırı ({ $speed }) bu aktarımı bu hızda tutuyor.
bound-limit = Bir hız sınırı bu aktarımı bu hızda tutuyor.
bound-disk = Disk daha hızlı yazamıyor.
bound-connection = { $count ->
    [one] Sunucu tek bir bağlantıya bundan fazlasını vermiyor ve başka bağlantı açılamıyor.
   *[other] Sunucu { $count } bağlantının her birine bundan fazlasını vermiyor ve başka bağlantı açılamıyor.
}
bound-host = { $count ->
    [one] Sunucu birden çok bağlantı kabul etmiyor.
   *[other] Sunucu { $count } bağlantıdan fazlasını kabul etmiyor.
}
bound-network = Ağın kapasitesi dolu; daha çok bağlantı hızı artırmaz.
bound-proxy = Vekil sunucu üzerinden giden yolun kapasitesi dolu; daha çok bağlantı hızı artırmaz.
segments-none = Dosyanın henüz hiçbir bölümü gelmedi.
segments-unknown = { $size } geldi. Sunucu dosyanın uzunluğunu bildirmedi.
segments-upload = Dosya baştan sona sırayla gönderilir.
segments-confirmed = Sunucu şu kadarını kesin olarak aldı: { $amount }.
segments-connections = { $count ->
    [one] 1 bağlantı
   *[other] { $count } bağlantı
}
connection-range = { $from } – { $until }
connection-from = { $from } sonrası
part-checked = Diskte ve doğrulandı
part-safe = Diskte
part-arrived = Yeni geldi
part-coming = Bağlantı
part-missing = Eksik
speed-now = Şu an
speed-mean = Ortalama
speed-highest = En yüksek
speed-explained = Ayrıntıların açık olduğu son dakikalar.
speed-none = Bu aktarım ilerlemiyor. İlerlerken hızı burada çizilir.
speed-soon = Hızı birazdan burada çizilecek.
attempts-none = Henüz denenmedi.
attempts-before = { $count ->
    [one] Bunlardan önceki bir kayıt artık saklanmıyor.
   *[other] Bunlardan önceki { $count } kayıt artık saklanmıyor.
}
attempt-completed = Her şey ulaştı ve doğru.
attempt-stopped = Bitmeden durdu.
attempt-took = { $time } sürdü
attempt-moved = { $amount } aktarıldı
happened-restarted = İstek üzerine baştan başlatıldı.
happened-started-over = Baştan başlatıldı: { $why }
happened-paused = İstek üzerine duraklatıldı.
happened-link = Başka bir adres verildi.
happened-network = Ağ yoktu, ağın gelmesi beklendi.
answer-way = Yöntem
answer-none = Sunucunun yanıtından saklanan bir şey yok.
resume-from = Dosyadan sürdür
notice-no-picker = Bu masaüstünde seçim penceresi yok. “windlass get --resume-data DOSYA” komutu aynı işi yapar.
notice-not-resume-data = “{ $name }” bir sürdürme verisi değil ya da bozulmuş.
open-part-there = Gelen bölümü aç

# Keys
main-menu = Menü
shortcuts = Klavye kısayolları
keys-search = Kısayol ara
keys-none-found = “{ $words }” ile eşleşen kısayol yok.
keys-adding = Ekleme
keys-paste = Kopyalananı ekle
keys-chosen = Seçili aktarımlar
keys-toggle = Duraklat ya da sürdür
keys-open = Dosyayı aç ya da ayrıntıları göster
keys-tabs = Ayrıntıların sonraki ya da önceki sayfası
keys-queue = Kuyrukta yukarı ya da aşağı taşı
keys-queue-ends = Kuyruğun başına ya da sonuna taşı
keys-menu = Yapılabilecek her şey
keys-choosing = Aktarım seçme
keys-rows = Üstteki ya da alttaki
keys-pages = Bir sayfa üstteki ya da alttaki
keys-ends = İlk ya da son
keys-through = Oradan buraya kadar tümü
keys-besides = Diğerlerini bırakmadan bir tane daha
keys-all-rows = Tümü
keys-all = Tüm aktarımlar
keys-limit = Hız sınırını aç ya da kapat
keys-window = Pencere
keys-places = Tümü, etkin, duraklatılan, tamamlanan, başarısız
keys-size = Her şeyi büyüt ya da küçült
keys-usual-size = Her şeyi olağan boyuta getir
keys-close = Pencereyi kapat; aktarımlar sürer
keys-moving = Gezinme
keys-next = Sonraki ya da önceki düğme veya alan
keys-press = Düğmeye bas
keys-choices = Yanındaki seçenek
keys-leave = İletişim kutusundan, ayrıntılardan, aramadan ya da seçimden çık
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Boşluk
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = Menü

# What this program is
about = Windlass hakkında
about-version = Sürüm { $version }
about-sentence = Aktarımları her şeye dayanan bir indirme ve yükleme yöneticisi.
about-licence = Özgür yazılım. { $licence } koşullarıyla kullanabilirsiniz.
about-transfers = Aktarımlar
about-log = Günlük
about-copy = Rapor için kopyala
about-copied = Kopyalandı
about-parts = Kitaplıklar
about-parts-sentence = Bu kitaplıklar programın birer parçasıdır ve her biri kendi lisansına tabidir.

# How much was moved
statistics = İstatistikler
statistics-none = Henüz bir şey aktarılmadı. Bundan sonra indirilenler ve gönderilenler burada sayılır.
statistics-days = Son { $count } gün
statistics-down = İndirilen
statistics-up = Yüklenen
statistics-completed = Tamamlanan
statistics-failed = Başarısız
statistics-today = Bugün
statistics-week = Bu hafta
statistics-month = Bu ay
statistics-since = { $day } gününden beri
statistics-day = { $day }: { $down } indirildi, { $up } yüklendi

# Groups
groups = Gruplar
groups-none = Grup, aktarımları bir arada tutar: birbiri ardına, kendi hız sınırı ya da klasörüyle.
group-add = Grup ekle
group-times = Günün saatleri
group-new = Yeni grup
group-title = “{ $name }” grubu
group-name = Ad
group-order = Sıra
group-parallel = Hepsi aynı anda
group-serial = Birbiri ardına
group-limit = Grubun toplam hız sınırı
group-folder = Grubun indirme klasörü
group-folder-none = Genel indirme klasörü
group-at-most = en çok { $speed }
group-done = { $done } / { $all } tamamlandı
group-failed = { $count } başarısız
group-success = Tümü tamamlanınca çalıştır
group-failure = Başarısız olan varsa çalıştır
group-command = Bir program ve argümanları
command-wrong = Bu bir komut değil. Açılan her tırnak kapatılmalı.
group-taken = Bu adda bir grup zaten var.
group-remove = “{ $name }” grubu kaldırılsın mı? Aktarımları kalır.
move-current = Grubunun başına taşı
cost = Ücretli ağlar
cost-free = Ücretsiz bir ağ bekle
cost-default = Veri paketini aşmadan
cost-always = Yine de kullan

# Where nothing is listed
empty-paste = Bir bağlantı adresi ya da içinde bağlantı adresleri olan bir metin yapıştırın.
empty-drop = Bağlantı adreslerini ya da dosyaları bu pencereye bırakın.
empty-folder = İndirme klasörü: { $folder }
empty-change = Değiştir…
nothing-search-on = Aramayı temizle
nothing-show-all = Tümünü göster
nothing-active = Süren ya da bekleyen aktarım yok.
nothing-paused = Duraklatılan aktarım yok.
nothing-finished = Henüz tamamlanan aktarım yok.
nothing-failed = Başarısız olan aktarım yok.

# When all is done
when-done = Tümü tamamlanınca…
when-nothing = Hiçbir şey yapma
when-quit = Windlass’tan çık
when-suspend = Bilgisayarı uykuya al
when-power-off = Bilgisayarı kapat
when-done-status = Tümü tamamlanınca: { $what }
when-quit-in = Tümü tamamlandı. Windlass { $seconds } sn sonra kapanacak.
when-suspend-in = Tümü tamamlandı. Bilgisayar { $seconds } sn sonra uykuya geçecek.
when-power-off-in = Tümü tamamlandı. Bilgisayar { $seconds } sn sonra kapatılacak.
when-failed = Tümü tamamlandı ama bilgisayar uykuya alınamadı ya da kapatılamadı.

# Destinations and sites
destinations = Hedefler
destinations-none = Hedef, dosyaların gönderildiği yere oturum bilgileri ve gönderme yöntemiyle birlikte verilen addır.
destination-add = Hedef ekle
destination-new = Yeni hedef
destination-import = ShareX’ten içe aktar…
destination-title = “{ $name }” hedefi
destination-taken = Bu adda bir hedef zaten var.
destination-remove = “{ $name }” hedefi kaldırılsın mı? Oraya gönderilenler kalır.
destination-copies = Dosya gönderilince bağlantıyı kopyala
destination-link = Bağlantının bulunduğu yer
destination-link-wrong = Bununla bağlantı bulunamaz. {"{"}json:YOL{"}"}, {"{"}header:AD{"}"} ya da {"{"}response{"}"} olabilir.
destination-file-field = Dosyayı içeren alanın adı
sites = Siteler
sites-none = Site, hakkında bir şey bilinen bir sunucudur: oradan gelen ya da oraya giden her şey için oturum bilgileri, bir klasör ya da bir sınır.
site-add = Site ekle
site-new = Yeni site
site-title = { $name } sitesi
site-taken = Bu adreste bir site zaten var.
site-remove = { $name } sitesi kaldırılsın mı? Var olan aktarımlar kendilerindekini korur.
site-url = Adres
site-url-about = Sunucunun tamamı ya da oradaki bir klasör.
site-usual = Tercihlerdeki gibi
site-number = Bir tam sayı olmalı.
site-timeout = Sunucuyu bekleme süresi (saniye)
site-proxy-about = Bir adres; vekil sunucu kullanılmayacaksa “direct”.
site-proxy-wrong = http://proxy.example:3128 ya da socks5h://localhost:1080 biçiminde ya da “direct” olmalı.
site-cookies = Çerez dosyası
site-cookies-none = Yok
has-login = Oturum bilgileri var
host-key = Sunucunun anahtarı
host-key-wrong = Bu bir sunucu anahtarı değil. SHA256: ve ardından 43 karakter olmalı.
login-password-missing = Parolayı da yazın; saklanan parola, saklanan kullanıcı adına ait.
secret-kept = Saklanıyor
secret-stays = Saklananları korumak için ikisini de boş bırakın.
secret-forget = Unut
secrets-kept = Anahtarlıkta saklananlar
secrets-elsewhere = Saklanan oturum bilgileri yalnızca diğer sunucu içindir. Yeniden girin.
secrets-go = Oturum bilgileri de unutulur.
import-no-picker = Bu masaüstünde seçim penceresi yok. “windlass destinations import DOSYA” komutu aynı işi yapar.
import-not-one = “{ $name }” bir ShareX özel yükleyicisi değil.

# What is told when a transfer ends
telling = Bildirim
telling-usual = Her zamanki gibi
telling-words = Özel metin
telling-nothing = Yok
telling-done = Her şey yolunda giderse gösterilecek metin
telling-placeholder = Fotoğraflar geldi
telling-wrong = Bildirimin metnini yazın.

# Where a download finds no place, and a server that is not known
new-folder = Başka klasör…
notice-no-folder-picker = Burada seçim penceresi yok. “windlass set ID folder=YOL” komutu aynı işi yapar.
trust-server = Bu sunucuya güven
trust-server-sentence = { $host } burada bilinmeyen bir anahtar gösteriyor. Bunu sunucu sahibinin bildirdiği anahtarla karşılaştırın: araya başka biri girmiş olabilir.
trust-server-yes = Bu sunucu için bu anahtara güven

# The menu of a field
field-cut = Kes
field-paste = Yapıştır
field-select-all = Tümünü seç

# Room in the window
keys-panel = Ayrıntılar panelini büyüt veya küçült
text-scale-followed = Masaüstünün istediği kadar büyük, şu anda %{ $percent }.

# At home on the desktop
setting-autostart = Oturum açılınca başlat
    .about = Pencere olmadan. Aktarımlar kendiliğinden sürer.
autostart-reason = Aktarımlar oturum açıldıktan sonra sürer
job-title = Aktarımlar
notice-series = { $all } aktarımdan { $done } tanesi bitti
setting-recent-files = Son dosyalar
    .about = Biten indirmeleri masaüstünün son dosyaları arasında göster.
