# Toolbar, tray, and what can be done with one transfer
add-download = إضافة تنزيل
add-upload = إضافة رفع
pause-all = إيقاف الكل مؤقتًا
resume-all = استئناف الكل
clear-finished = مسح المكتملة
preferences = التفضيلات
pause = إيقاف مؤقت
resume = استئناف
cancel = إلغاء
restart = بدء من جديد
send-again = إعادة الإرسال
remove = إزالة
move-to-trash = نقل إلى المهملات
open = فتح
show-in-folder = إظهار في المجلد
copy-link = نسخ الرابط
details = التفاصيل
close = إغلاق
leave = إلغاء
back = رجوع
dismiss = إغلاق

# Main window
empty-title = لا شيء هنا بعد
status-running = { $count ->
    [zero] لا عمليات جارية
    [one] عملية جارية واحدة
    [two] عمليتان جاريتان
    [few] { $count } عمليات جارية
    [many] { $count } عملية جارية
   *[other] { $count } عملية جارية
}
status-idle = لا عمليات جارية
status-total = { $count ->
    [zero] لا عمليات نقل
    [one] عملية نقل واحدة
    [two] عمليتا نقل
    [few] { $count } عمليات نقل
    [many] { $count } عملية نقل
   *[other] { $count } عملية نقل
}
drop-hint = أفلت الروابط لتنزيلها، والملفات لرفعها

# Where a transfer stands
state-queued = في قائمة الانتظار
state-downloading = يجري التنزيل
state-uploading = يجري الرفع
state-verifying = يجري التحقق
state-completed = اكتمل
state-cancelled = أُلغي
state-skipped = تُخُطّي: يوجد ملف كهذا بالفعل
state-failed = فشل
state-paused = متوقف مؤقتًا
state-waiting = في الانتظار
state-restart-needed = توقف: قد تؤدي إعادة الإرسال إلى التكرار
state-changed = توقف: تغيّر الملف على الخادم
state-needs-link = توقف: لم يعد الرابط يعمل
state-needs-login = توقف: يلزم تسجيل الدخول
state-network = في انتظار الشبكة
state-metered = في انتظار شبكة بلا تكلفة
state-roaming = في الانتظار: الشبكة الحالية تجوال
state-data-limit = في الانتظار: باقة البيانات لن تكفي
state-battery = في الانتظار: للحفاظ على البطارية
state-retry = إعادة المحاولة: { $time }
state-schedule = موعد البدء: { $time }
state-disk-space = في انتظار مساحة على القرص
state-answer = اكتمل، وردّ الخادم: { $status }
leftover = باقٍ على الخادم
leftover-removing = تجري إزالته من الخادم

# Amounts
amount = { $number } { $unit }
amount-of = { $done } من { $total } { $unit }
speed = { $amount }/s
time-left = بقي { $time }
time-seconds = { $s } ث
time-minutes = { $m } د
time-minutes-seconds = { $m } د { $s } ث
time-hours = { $h } س { $m } د
time-days = { $d } ي { $h } س
separator = { " · " }

# Adding downloads
links = الروابط
links-placeholder = https://example.org/file.iso
links-count = { $count ->
    [0] رابط واحد في كل سطر.
    [zero] رابط واحد في كل سطر.
    [one] رابط واحد.
    [two] رابطان.
    [few] { $count } روابط.
    [many] { $count } رابطًا.
   *[other] { $count } رابط.
}
links-left-out = { $count ->
    [zero] هذه ليست عناوين وستُترك: { $which }
    [one] هذا ليس عنوانًا وسيُترك: { $which }
    [two] هذان ليسا عنوانين وسيُتركان: { $which }
    [few] هذه ليست عناوين وستُترك: { $which }
    [many] هذه ليست عناوين وستُترك: { $which }
   *[other] هذه ليست عناوين وستُترك: { $which }
}
folder = المجلد
file-name = اسم الملف
file-name-placeholder = كما يسمّيه الخادم
choose = اختيار…
start = بدء
no-picker = لا يوفر سطح المكتب نافذة للاختيار. اكتب المسار بدلًا من ذلك.
path-not-whole = اكتب المسار كاملًا بدءًا من «/».
name-not-plain = لا يمكن أن يحتوي اسم الملف على «/».

# Adding uploads
files = الملفات
files-none = لم يُختر أي ملف بعد.
file-placeholder = /path/to/file
add-file = إضافة
choose-files = اختيار ملفات…
choose-folder = اختيار مجلد…
folder-tally = { $files ->
    [zero] لا ملفات
    [one] ملف واحد
    [two] ملفان
    [few] { $files } ملفات
    [many] { $files } ملفًا
   *[other] { $files } ملف
} في { $folders ->
    [zero] { $folders } مجلد
    [one] مجلد واحد
    [two] مجلدين
    [few] { $folders } مجلدات
    [many] { $folders } مجلدًا
   *[other] { $folders } مجلد
}، { $size }
folder-left-out = { $count ->
    [zero] لن يُرسل: { $which }
    [one] لن يُرسل: { $which }
    [two] عنصران لن يُرسلا، أولهما { $which }
    [few] { $count } عناصر لن تُرسل، أولها { $which }
    [many] { $count } عنصرًا لن تُرسل، أولها { $which }
   *[other] { $count } عنصر لن تُرسل، أولها { $which }
} ({ $why ->
    [link-to-folder] وصلة إلى مجلد
    [link-to-outside] وصلة إلى شيء في الخارج
    [link-to-nothing] وصلة إلى لا شيء
    [no-file] ليس ملفًا عاديًا
    [empty-folder] مجلد فارغ
   *[unreadable] تتعذر قراءته
})
address = العنوان
address-placeholder = https://example.org/upload
more = المزيد
less = أقل
way = الطريقة
way-auto = تلقائية
way-form = نموذج
way-resumable = HTTP قابل للاستئناف
way-hint = { $way ->
    [webdav] لا يظهر الاسم إلا عندما يكتمل الملف.
    [s3] كائن في https://server/bucket/name. اكتب المفتاحين في العنوان: https://key:secret@server/…
    [resumable] يُستأنف بعد الانقطاع، وفق مسودة معيار الويب.
    [google] جلسة في خدمات Google؛ تُستأنف بعد الانقطاع.
    [post] طلب واحد. إذا أُرسل مرتين فقد يوجد هناك مرتين.
    [put] طلب واحد يحفظ الملف في هذا العنوان بالضبط، أو داخله إذا انتهى بـ «/». يمكن إرساله مرة أخرى دون ضرر.
    [form] كما يرسله المتصفح.
    [tus] يُستأنف بعد الانقطاع.
   *[auto] يُسأل الخادم عن أنسب طريقة له.
}
fields = الحقول
fields-placeholder = الاسم=القيمة، واحد في كل سطر
field-wrong = «{ $line }» ليس حقلًا. يجب أن يكون بالشكل «الاسم=القيمة».
headers = الترويسات
headers-placeholder = الاسم: القيمة، واحدة في كل سطر
header-wrong = «{ $line }» ليست ترويسة. يجب أن تكون بالشكل «الاسم: القيمة».
destination = الوجهة
destination-save = حفظ كوجهة
destination-name = الاسم
destination-name-wrong = تحتاج الوجهة إلى اسم قصير ليس عنوانًا.
destination-kept = حُفظت.
save = حفظ
if-exists = إذا كان الاسم مستخدمًا
if-exists-fail = ترك الموجود كما هو
if-exists-rename = استخدام اسم جديد
if-exists-overwrite = استبدال
if-exists-skip = تخطّي الملف
limit = حد السرعة
limit-placeholder = 500K أو 2M في الثانية؛ فارغ بلا حد
speed-wrong = هذه ليست سرعة. يجب أن تكون مثل 500K أو 2M.
files-clash = سيُحفظ أكثر من ملف في { $address }. استخدم عنوان مجلد ينتهي بـ «/»، وملفات بأسماء مختلفة.

# Questions
remove-question = هل تريد إزالة «{ $name }»؟
remove-loss = سيُحذف ما وصل منه ({ $amount }).
remove-loss-upload = سيتوقف الرفع هنا؛ وقد يبقى ما أُرسل على الخادم.
remove-loss-upload-begun = سيتوقف الرفع هنا؛ وسيُزال ما أُرسل من الخادم.
restart-question = هل تريد بدء «{ $name }» من جديد؟
restart-loss = سيُنزَّل من جديد ما وصل منه ({ $amount }).
quit-question = { $count ->
    [zero] لا عمليات نقل جارية
    [one] توجد عملية نقل جارية
    [two] توجد عمليتا نقل جاريتان
    [few] توجد { $count } عمليات نقل جارية
    [many] توجد { $count } عملية نقل جارية
   *[other] توجد { $count } عملية نقل جارية
}
quit-explained = يمكن أن تستمر عمليات النقل دون هذه النافذة. عند الإنهاء تتوقف مؤقتًا وتُستأنف في المرة التالية.
keep-running = مواصلة العمل في الخلفية
pause-and-quit = إيقاف مؤقت وإنهاء
quit = إنهاء

# Details
detail-address = العنوان
detail-found-at = وُجد في
detail-destination = الوجهة
detail-link = الرابط
detail-file = الملف
detail-added = أُضيف
detail-finished = انتهى
detail-answer = رد الخادم
detail-checked = أساس التحقق
checked-checksum = المجموع الاختباري ({ $algorithm }) والطول
checked-etag = وسم الإصدار من الخادم والطول
checked-length = الطول الذي ذكره الخادم
checked-none = لا شيء؛ لم يذكر الخادم طولًا ولا إصدارًا

# Messages
gone-title = انتهت الجلسة
gone-explained = عمليات النقل متوقفة مؤقتًا ومحفوظة. شغّل Windlass مرة أخرى للمتابعة.
problem-title = يتعذر تشغيل Windlass
problem-locked = يستخدم Windlass آخر هذا الملف الشخصي. أنهه أو انتظر حتى ينتهي، ثم ابدأ من جديد.
problem-newer = كتب إصدار أحدث من Windlass قائمة عمليات النقل، وقد تُركت كما هي. استخدم الإصدار الأحدث.
problem-unusable = يتعذر استخدام { $path }: { $reason }. تحقق من أذوناته ومن القرص.
notice-background = استمرت عمليات النقل والنافذة مغلقة.
notice-cannot-open = تعذر فتح «{ $name }».
notice-restored = كانت قائمة عمليات النقل تالفة. تُستخدم القائمة التي قبلها، والتالفة محفوظة في { $path }.
notice-settings = تعذرت قراءة الإعدادات وتُركت كما هي: { $path }

# Notifications and tray
notice-download-done = اكتمل تنزيل { $name }
notice-upload-done = اكتمل رفع { $name }
notice-failed = فشل { $name }: { $reason }
notice-group-done = اكتمل كل ما في «{ $name }»
notice-group-failed =
    { $count ->
        [zero] لم تفشل أي عملية نقل في «{ $name }»
        [one] فشلت عملية نقل واحدة في «{ $name }»
        [two] فشلت عمليتا نقل في «{ $name }»
        [few] فشلت { $count } عمليات نقل في «{ $name }»
        [many] فشلت { $count } عملية نقل في «{ $name }»
       *[other] فشلت { $count } عملية نقل في «{ $name }»
    }
notice-open = فتح
notice-show = إظهار في المجلد
awake-reason = عمليات النقل جارية
sleep-delay-reason = يجري حفظ تقدّم عمليات النقل
tray-open = فتح Windlass
tray-idle = Windlass: لا عمليات نقل جارية
tray-running = { $count ->
    [zero] Windlass: لا عمليات نقل جارية
    [one] Windlass: عملية نقل جارية واحدة
    [two] Windlass: عمليتا نقل جاريتان
    [few] Windlass: { $count } عمليات نقل جارية
    [many] Windlass: { $count } عملية نقل جارية
   *[other] Windlass: { $count } عملية نقل جارية
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { "، " }
error-status = HTTP { $status }
error-host-name-not-resolved = اسم الخادم غير معروف
    .advice = تحقق من العنوان والشبكة.
error-cannot-connect = الخادم لا يستجيب
    .advice = قد يكون متوقفًا؛ حاول لاحقًا.
error-server-unreachable = يتعذر الوصول إلى الخادم
    .advice = تحقق من الشبكة.
error-timeout = استغرق الخادم وقتًا أطول من اللازم
    .advice = حاول لاحقًا.
error-connection-aborted = انقطع الاتصال
    .advice = اختر الاستئناف للمتابعة.
error-certificate-common-name-is-incorrect = شهادة الخادم تخص اسمًا آخر
    .advice = تحقق من العنوان.
error-certificate-expired = انتهت صلاحية شهادة الخادم
    .advice = تحقق من ساعة هذا الحاسوب، أو اسأل مالك الموقع.
error-certificate-revoked = أُبطلت شهادة الخادم
    .advice = اسأل مالك الموقع.
error-certificate-is-invalid = شهادة الخادم غير موثوقة
    .advice = اسأل مالك الموقع.
error-host-key-not-trusted = مفتاح الخادم غير موثوق
    .advice = اسأل مالك الخادم عن المفتاح الصحيح، ولا تثق إلا به.
error-redirect-failed = يحيل الخادم من عنوان إلى آخر بلا نهاية
    .advice = تحقق من الرابط.
error-https-to-http-on-redirection = يحيل الخادم من عنوان آمن إلى عنوان غير آمن
    .advice = استخدم العنوان الذي يحيل إليه إن كنت تثق به.
error-error-http-invalid-server-response = رد الخادم غير مفهوم
    .advice = حاول لاحقًا.
error-insufficient-range-support = لا يستطيع الخادم المتابعة من المنتصف
    .advice = ابدأ من جديد.
error-secret-not-found = لم يُعثر على بيانات الدخول
    .advice = افتح قفل حلقة المفاتيح ثم استأنف، أو أعد الإضافة مع بيانات الدخول.
error-unauthorized = يطلب الخادم تسجيل الدخول
    .advice = سجّل الدخول باسم المستخدم وكلمة السر.
error-forbidden = يرفض الخادم الوصول
    .advice = تحقق من الرابط وبيانات الدخول.
error-not-found = لا يوجد ملف كهذا على الخادم
    .advice = تحقق من الرابط.
error-proxy-authentication-required = يطلب الوكيل تسجيل الدخول
    .advice = أعد الإضافة مع اسم المستخدم وكلمة السر للوكيل.
error-proxy-unreachable = الوكيل لا يستجيب
    .advice = تحقق من إعدادات الوكيل والشبكة.
error-proxy-refused = لا يسمح الوكيل بمرور هذا الاتصال
    .advice = تحقق من إعدادات الوكيل، أو اسأل من يديره.
error-gone = لم يعد الملف موجودًا
    .advice = ابحث عن رابط جديد.
error-locked = الملف قيد الاستخدام على الخادم
    .advice = حاول لاحقًا.
error-insufficient-storage = لم تبق مساحة على الخادم
    .advice = استأنف عندما تتوفر مساحة.
error-request-entity-too-large = الملف أكبر مما يقبله الخادم
    .advice = اسأل عن الحجم الذي يقبله.
error-requested-range-not-satisfiable = لدى الخادم بيانات أقل من ذي قبل
    .advice = ابدأ من جديد.
error-too-many-requests = يريد الخادم طلبات أقل
    .advice = حاول لاحقًا.
error-unexpected-client-error = يرفض الخادم الطلب
    .advice = تحقق من العنوان.
error-internal-server-error = لدى الخادم مشكلة
    .advice = حاول لاحقًا.
error-unexpected-status-code = رد الخادم ليس ملفًا
    .advice = تحقق من الرابط.
error-operation-canceled = أُلغيت العملية
    .advice = ابدأ من جديد لتنفيذها مرة أخرى.
error-invalid-proxy = هذا ليس عنوان وكيل
    .advice = يجب أن يكون مثل http://proxy.example:3128.
error-invalid-url = هذا ليس عنوانًا
    .advice = يجب أن يكون مثل https://example.org/file.
error-unsupported-scheme = هذا النوع من العناوين غير مدعوم
    .advice = استخدم http أو https أو ftp أو ftps أو ftpes أو sftp.
error-truncated = توقف الخادم قبل نهاية الملف
    .advice = استأنف للحصول على الباقي.
error-changed = الملف على الخادم أصبح ملفًا آخر
    .advice = ابدأ من جديد للحصول على الملف الجديد.
error-checksum-mismatch = الملف لا يطابق مجموعه الاختباري
    .advice = ابدأ من جديد، أو ابحث عن مصدر آخر.
error-disk-full = القرص ممتلئ
    .advice = أفرغ بعض المساحة؛ وستستمر العملية تلقائيًا.
error-permission-denied = الكتابة هناك غير مسموحة
    .advice = اختر مجلدًا آخر.
error-read-only = القرص للقراءة فقط
    .advice = اختر مجلدًا آخر.
error-file-missing = الملف غير موجود
    .advice = تحقق من مساره.
error-file-changed = تغيّر الملف في هذه الأثناء
    .advice = ابدأ من جديد لإرساله كما هو الآن.
error-file-exists = الاسم مستخدم
    .advice = اختر اسمًا آخر.
error-already-complete = كان الملف قد وصل كله إلى الخادم
    .advice = سيبقى هناك؛ أزله من هناك إن لم تكن تريده.
error-io = أبلغ القرص عن خطأ
    .advice = تحقق من القرص ثم استأنف.
error-ftp = يرفض الخادم الأمر
    .advice = تحقق من العنوان.
error-result-unknown = أُرسل كل شيء، لكن الرد لم يصل
    .advice = انظر على الخادم قبل إعادة الإرسال.
error-not-resumable = لا يمكن الاستئناف
    .advice = ابدأ من جديد.

# The main screen: columns, places, menus.
column-name = الاسم
column-progress = التقدّم
column-size = الحجم
column-speed = السرعة
column-time-left = الوقت المتبقي
column-status = الحالة
column-added = أُضيف
column-priority = الأولوية
percent = { $number }%
number = { $number }
priority-high = عالية
priority-normal = عادية
priority-low = منخفضة
search = بحث
sidebar = الشريط الجانبي
sidebar-groups = المجموعات
sidebar-destinations = الوجهات
sidebar-files = الملفات
place-all = الكل
place-active = الجارية
place-paused = المتوقفة مؤقتًا
place-finished = المكتملة
place-failed = الفاشلة
place-downloads = التنزيلات
place-uploads = عمليات الرفع
place-pictures = الصور
place-music = الموسيقى
place-videos = الفيديو
place-documents = المستندات
place-archives = الأرشيفات
place-programs = البرامج
nothing-found = لا نتائج للبحث عن «{ $words }».
nothing-here = لا شيء هنا.
copy-address = نسخ الرابط
move-first = تحريك إلى البداية
move-up = تحريك لأعلى
move-down = تحريك لأسفل
move-last = تحريك إلى النهاية
held-network = في انتظار شبكة
held-metered = في الانتظار: هذه الشبكة بتكلفة
held-roaming = في الانتظار: تجوال
held-data-limit = في الانتظار: نفدت باقة البيانات
held-battery = في انتظار الوصل بالكهرباء
held-disk-space = في الانتظار: القرص ممتلئ
status-chosen = { $count ->
    [zero] لا عناصر محددة
    [one] عنصر واحد محدد
    [two] عنصران محددان
    [few] { $count } عناصر محددة
    [many] { $count } عنصرًا محددًا
   *[other] { $count } عنصر محدد
}
status-free = المتاح { $size }
limit-none = بلا حد
undo = تراجع
notice-removed = { $count ->
    [zero] لم تُزل أي عملية نقل من القائمة.
    [one] أُزيلت عملية نقل واحدة من القائمة.
    [two] أُزيلت عمليتا نقل من القائمة.
    [few] أُزيلت { $count } عمليات نقل من القائمة.
    [many] أُزيلت { $count } عملية نقل من القائمة.
   *[other] أُزيلت { $count } عملية نقل من القائمة.
}
notice-trashed = أُزيل من القائمة. ما وصل يُنقل إلى المهملات.
notice-not-trashed = تعذر نقل «{ $name }» إلى المهملات. يبقى في مكانه.
remove-several-question = { $count ->
    [zero] هل تريد إزالة { $count } عملية نقل؟
    [one] هل تريد إزالة عملية نقل واحدة؟
    [two] هل تريد إزالة عمليتي نقل؟
    [few] هل تريد إزالة { $count } عمليات نقل؟
    [many] هل تريد إزالة { $count } عملية نقل؟
   *[other] هل تريد إزالة { $count } عملية نقل؟
}
remove-several-loss = لم تكتمل هذه العمليات. سيُحذف ما وصل منها ({ $amount }).
restart-several-question = { $count ->
    [zero] هل تريد بدء { $count } عملية نقل من جديد؟
    [one] هل تريد بدء عملية نقل واحدة من جديد؟
    [two] هل تريد بدء عمليتي نقل من جديد؟
    [few] هل تريد بدء { $count } عمليات نقل من جديد؟
    [many] هل تريد بدء { $count } عملية نقل من جديد؟
   *[other] هل تريد بدء { $count } عملية نقل من جديد؟
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = «{ $which }»: لا يمكن التنزيل من عناوين تبدأ بـ «{ $scheme }:».
adding-invalid = «{ $which }» ليس عنوانًا كاملًا.
adding-too-many = «{ $which }» يعني ملفات كثيرة جدًا. استخدم نطاقًا أصغر.
adding-too-long = هذا النص طويل جدًا.
adding-sends = هذا الأمر يرسل شيئًا إلى الخادم. اترك ذلك للمتصفح.
adding-option = في هذا الأمر خيار غير معروف هنا: { $option }
adding-unfinished = هذا الأمر غير مكتمل. انسخه كله.
adding-relative = «{ $which }» جزء من عنوان فقط.
adding-metalink = تتعذر قراءة ملف Metalink هذا.
adding-more-left-out = عناصر أخرى لا يمكن تنزيلها: { $count }.
chosen-count = المحدد { $chosen } من { $count }
choose-all = تحديد الكل
choose-none = إلغاء تحديد الكل
link-there = موجود في القائمة
link-twice = مكرر في النص
link-there-sentence = هذا الرابط موجود في القائمة بالفعل.
show-it = إظهار
get-again = تنزيل مرة أخرى
probe-asking = يجري سؤال الخادم…
probe-size-unknown = الحجم غير معروف
probe-resumable = قابل للاستئناف
probe-not-resumable = غير قابل للاستئناف
probe-page = يؤدي هذا الرابط إلى صفحة ويب.
name-taken = يوجد ملف بهذا الاسم في المجلد.
group = المجموعة
group-placeholder = بلا مجموعة
group-wrong = تحتاج المجموعة إلى اسم لا يزيد على 100 حرف.
checksum = المجموع الاختباري
checksum-wrong = هذا ليس مجموعًا اختباريًا. يجب أن يكون مثل sha-256:9f86d0…
login-name = اسم المستخدم
login-name-missing = تحتاج كلمة السر إلى اسم مستخدم.
login-password = كلمة السر
start-at = البدء عند
start-at-placeholder = 22:30 أو +2h30m
start-at-wrong = هذا ليس وقتًا. يجب أن يكون مثل 22:30 أو +2h30m.
speed-placeholder = 500K أو 2M في الثانية
connections = الاتصالات
connections-placeholder = العدد الأنسب
connections-wrong = يجب أن يكون عددًا من 1 إلى 255.
priority = الأولوية
said-to-all = تُرسل بيانات الدخول والترويسات إلى كل خادم في القائمة أعلاه.

# Settings: sections, search, and what all of them have
settings-general = عام
settings-transfers = عمليات النقل
settings-speed = السرعة والأوقات
settings-data = الشبكة والبيانات
settings-desktop = الإشعارات وسطح المكتب
settings-appearance = المظهر
settings-advanced = متقدم
settings-search = بحث
settings-found = نتائج البحث
settings-none-found = لا يوجد إعداد يطابق «{ $words }».
settings-refused = لم يُحفظ هذا: { $reason }
setting-back = استعادة القيمة المبدئية
setting-fewer = إنقاص
setting-more = زيادة
no-limit = بلا حد
weekday = { $day ->
    [1] الاثنين
    [2] الثلاثاء
    [3] الأربعاء
    [4] الخميس
    [5] الجمعة
    [6] السبت
   *[other] الأحد
}

# Settings: each of them
setting-download-folder = مجلد التنزيلات
    .about = حيث تُحفظ التنزيلات ما لم تحدد غير ذلك.
setting-language = اللغة
    .about = لغة هذه النافذة والرسائل.
    .system = كما في النظام
setting-max-running = عمليات النقل في آن واحد
    .about = تنتظر العمليات الأخرى دورها.
setting-max-per-host = عمليات النقل من الخادم نفسه في آن واحد
    .about = ترفض بعض الخوادم أكثر من عدد قليل.
    .none = بلا حد
setting-retries = المحاولات قبل التوقف
    .about = كم مرة متتالية تُعاد محاولة النقل عندما لا يصل أي بايت.
setting-on-change = عندما يتغير ملف على الخادم
    .about = ما يحدث لتنزيل بدأ بالفعل.
    .pause = التوقف والسؤال
    .restart = البدء من جديد
setting-find-checksums = البحث عن المجاميع الاختبارية
    .about = إذا كان لدى الخادم ملف مجاميع اختبارية بجانب التنزيل، يُتحقق من التنزيل بواسطته.
setting-download-limit = سرعة التنزيل
    .about = أقصى ما تستخدمه كل التنزيلات معًا.
setting-upload-limit = سرعة الرفع
    .about = أقصى ما تستخدمه كل عمليات الرفع معًا.
setting-speed-limit = السرعة الإجمالية
    .about = أقصى ما يستخدمه التنزيل والرفع معًا.
setting-windows = أوقات اليوم
    .about = متى تسري حدود أخرى أو لا يعمل شيء. إذا تداخلت عدة أوقات، يُعتمد أعلاها في القائمة.
setting-data-plan = باقة البيانات
    .about = كم يمكن أن يمر عبر الشبكات ذات التكلفة، مثل شبكة الهاتف.
setting-data-plan-period = مدة الباقة
    .about = بعدها تبدأ الباقة من جديد.
    .day = يوم
    .week = أسبوع
    .month = شهر
setting-data-plan-begins = يوم بدء الباقة
    .about = اليوم من الأسبوع أو الشهر الذي تبدأ فيه الباقة من جديد.
setting-keep-to-data-plan = عدم تجاوز الباقة أبدًا
    .about = لا شيء يتجاوزها، حتى عمليات النقل المسموح لها بالتكلفة.
setting-proxy = الوكيل
    .about = خادم تمر عبره كل الاتصالات. تُكتب بيانات الدخول إليه في كل عملية نقل.
    .system = كما في النظام
    .direct = بلا وكيل
    .own = هذا الوكيل
setting-notifications = الإشعارات
    .about = الإخبار عندما تكتمل عملية نقل أو تفشل.
setting-inhibit-sleep = إبقاء الحاسوب مستيقظًا
    .about = لا يدخل الحاسوب في وضع السكون تلقائيًا أثناء عمليات النقل.
setting-pause-on-battery = الانتظار عند استخدام البطارية
    .about = تُستأنف عمليات النقل عند وصل الحاسوب بالكهرباء مجددًا.
setting-pause-below-percent = الانتظار عند انخفاض البطارية
    .about = تنتظر عمليات النقل عندما يكون في البطارية أقل من هذا.
    .none = أبدًا
    .unit = %
setting-pause-in-power-saver = الانتظار عند توفير الطاقة
    .about = تنتظر عمليات النقل عندما يكون سطح المكتب في وضع توفير الطاقة.
setting-appearance = النمط
    .about = فاتح أو داكن.
    .system = كما في النظام
    .light = فاتح
    .dark = داكن
setting-contrast = التباين
    .about = مدى وضوح كل شيء.
    .system = كما في النظام
    .normal = عادي
    .high = عالٍ
setting-accent = اللون
    .about = لون العناصر الجارية والخطوة التالية.
    .system = كما في النظام
    .own = أزرق
setting-motion = الحركة
    .about = ما إذا كانت الأشياء في النافذة تتحرك من تلقاء نفسها.
    .system = كما في النظام
    .full = نعم
    .reduced = أقل ما يمكن
setting-text-scale = حجم كل شيء
    .about = يمكن تغييره أيضًا بالضغط على Ctrl مع زائد أو ناقص.
    .unit = %
setting-connect-timeout = مهلة الاتصال
    .about = إذا لم يستجب الخادم طوال هذه المدة، تُعاد المحاولة لاحقًا.
    .unit = ث
setting-silence-timeout = مهلة صمت الخادم
    .about = إذا لم يصل شيء طوال هذه المدة، يُنشأ الاتصال من جديد.
    .unit = ث
setting-min-split = أصغر جزء
    .about = لا يُنزَّل ملف عبر عدة اتصالات إلا إذا كان نصيب كل منها هذا القدر على الأقل.
setting-hardware-acceleration = الرسم ببطاقة الرسوميات
    .about = يسري من التشغيل التالي. اتركه معطلًا إذا ظهرت النافذة بشكل غير صحيح.

# Settings: times of the day
window-add = إضافة وقت
window-edit = تعديل
window-earlier = تحريك لأعلى
window-done = تم
window-days = الأيام
window-hours = من متى إلى متى
window-pace = ما يسري حينها
window-rest = لا يعمل شيء
window-limits = حدود أخرى
window-downloads = التنزيلات
window-uploads = عمليات الرفع
window-both = معًا
window-daily = كل يوم
window-and = { "، " }
window-when = { $days }، { $hours }
window-rests = لا يعمل شيء
window-limit-down = التنزيل بحد أقصى { $speed }
window-limit-up = الرفع بحد أقصى { $speed }
window-limit-both = معًا بحد أقصى { $speed }

# Settings: what is no value
wrong-number = يجب أن يكون عددًا صحيحًا من { $least } إلى { $most }.
wrong-speed = اكتب عددًا ووحدته، مثل 500 kB/s أو 2.5 MB/s. اتركه فارغًا إن لم ترد حدًا.
wrong-size = اكتب عددًا ووحدته، مثل 500 MB أو 5 GB.
wrong-small = يجب ألا يقل عن { $least }.
wrong-proxy = يجب أن يكون مثل http://proxy.example:3128 أو socks5h://localhost:1080.
wrong-login = لا تكتب اسم المستخدم وكلمة السر هنا: فستُحفظان بشكل يمكن للجميع قراءته.
wrong-hours = يجب أن يكون مثل 22:00–06:00.

# What a transfer needs from somebody
log-in = تسجيل الدخول
log-in-sentence = يريد { $host } معرفة من أنت.
new-link = رابط جديد
new-link-sentence = انتهت صلاحية الرابط. أعطِ رابطًا آخر للملف نفسه، فيُستأنف من حيث توقف.
new-link-wrong = هذا ليس عنوانًا.

# The panel of particulars
tab-overview = نظرة عامة
tab-segments = الأجزاء
tab-speed = السرعة
tab-attempts = المحاولات
tab-answer = الرد
details-none = اختر عملية نقل لعرض كل تفاصيلها هنا.
copy = نسخ
open-part = فتح أثناء التنزيل
notice-no-beginning = لم تصل بداية «{ $name }» بعد. حاول مرة أخرى بعد لحظات.
detail-connections = الاتصالات
detail-group = المجموعة
detail-priority = الأولوية
detail-resumable = بعد الإيقاف المؤقت
resumable-yes = تُستأنف من حيث توقفت
resumable-no = تبدأ من جديد؛ لا يتيح الخادم غير ذلك
bound-own-limit = حد السرعة لعملية النقل هذه ({ $speed }) يبقيها عند هذه السرعة.
bound-all-limit = حد السرعة لكل عمليات النقل معًا ({ $speed }) يبقيها عند هذه السرعة.
bound-limit = يوجد حد للسرعة يبقيها عند هذه السرعة.
bound-disk = لا يستطيع القرص الكتابة أسرع من ذلك.
bound-connection = { $count ->
    [zero] لا يمنح الخادم الاتصالات أكثر من هذه السرعة، ولا يمكن زيادة عددها.
    [one] لا يمنح الخادم الاتصال الواحد أكثر من هذه السرعة، ولا يمكن زيادة عدد الاتصالات.
    [two] لا يمنح الخادم كلًا من الاتصالين أكثر من هذه السرعة، ولا يمكن زيادة عدد الاتصالات.
    [few] لا يمنح الخادم أيًا من { $count } اتصالات أكثر من هذه السرعة، ولا يمكن زيادة عددها.
    [many] لا يمنح الخادم أيًا من { $count } اتصالًا أكثر من هذه السرعة، ولا يمكن زيادة عددها.
   *[other] لا يمنح الخادم أيًا من { $count } اتصال أكثر من هذه السرعة، ولا يمكن زيادة عددها.
}
bound-host = { $count ->
    [zero] لا يقبل الخادم أي اتصال.
    [one] لا يقبل الخادم أكثر من اتصال واحد.
    [two] لا يقبل الخادم أكثر من اتصالين.
    [few] لا يقبل الخادم أكثر من { $count } اتصالات.
    [many] لا يقبل الخادم أكثر من { $count } اتصالًا.
   *[other] لا يقبل الخادم أكثر من { $count } اتصال.
}
bound-network = الشبكة مشغولة بالكامل؛ زيادة الاتصالات لن تزيد السرعة.
bound-proxy = المسار عبر الوكيل مشغول بالكامل؛ زيادة الاتصالات لن تزيد السرعة.
segments-none = لم يصل شيء من الملف بعد.
segments-unknown = وصل { $size }. لم يذكر الخادم طول الملف.
segments-upload = يُرسل الملف من بدايته إلى نهايته.
segments-confirmed = أكّد الخادم وصول { $amount }.
segments-connections = { $count ->
    [zero] لا اتصالات
    [one] اتصال واحد
    [two] اتصالان
    [few] { $count } اتصالات
    [many] { $count } اتصالًا
   *[other] { $count } اتصال
}
connection-range = { $from } – { $until }
connection-from = بدءًا من { $from }
part-checked = على القرص ومُتحقَّق منه
part-safe = على القرص
part-arrived = وصل للتو
part-coming = قيد التنزيل
part-missing = لم يصل بعد
speed-now = الآن
speed-mean = المتوسط
speed-highest = الأعلى
speed-explained = آخر الدقائق التي كانت فيها هذه الصفحة مفتوحة.
speed-none = عملية النقل هذه ليست جارية. تُرسم سرعتها هنا أثناء النقل.
speed-soon = تُرسم سرعتها هنا بعد لحظات.
attempts-none = لم تُجرَ أي محاولة بعد.
attempts-before = { $count ->
    [zero] لا أحداث أقدم من هذه.
    [one] حدث واحد أقدم من هذه لم يعد محفوظًا.
    [two] حدثان أقدم من هذه لم يعودا محفوظين.
    [few] { $count } أحداث أقدم من هذه لم تعد محفوظة.
    [many] { $count } حدثًا أقدم من هذه لم تعد محفوظة.
   *[other] { $count } حدث أقدم من هذه لم تعد محفوظة.
}
attempt-completed = وصل كل شيء سليمًا.
attempt-stopped = توقفت قبل النهاية.
attempt-took = استغرقت { $time }
attempt-moved = نُقل { $amount }
happened-restarted = بدأت من جديد بطلب من المستخدم.
happened-started-over = بدأت من جديد: { $why }
happened-paused = أوقفها المستخدم مؤقتًا.
happened-link = استُبدل عنوانها بعنوان آخر.
happened-network = لم تكن هناك شبكة، فبقيت في انتظارها.
answer-way = طريقة الطلب
answer-none = لم يُحفظ شيء من رد الخادم.
resume-from = استئناف من ملف
notice-no-picker = لا يوفر سطح المكتب نافذة للاختيار. الأمر «windlass get --resume-data FILE» يؤدي الغرض نفسه.
notice-not-resume-data = «{ $name }» ليس ملف بيانات استئناف، أو أنه تالف.
open-part-there = فتح ما وصل

# Keys
main-menu = القائمة
shortcuts = اختصارات لوحة المفاتيح
keys-search = البحث في الاختصارات
keys-none-found = لا يوجد اختصار يطابق «{ $words }».
keys-adding = الإضافة
keys-paste = إضافة ما نُسخ
keys-chosen = عمليات النقل المحددة
keys-toggle = إيقاف مؤقت أو استئناف
keys-open = فتح الملف، أو إظهار التفاصيل
keys-tabs = الصفحة التالية أو السابقة من التفاصيل
keys-queue = تحريك لأعلى أو لأسفل في قائمة الانتظار
keys-queue-ends = تحريك إلى بداية قائمة الانتظار أو نهايتها
keys-menu = كل الإجراءات الممكنة
keys-choosing = تحديد عمليات النقل
keys-rows = العنصر السابق أو التالي
keys-pages = صفحة واحدة لأعلى أو لأسفل
keys-ends = العنصر الأول أو الأخير
keys-through = كل العناصر من موضع البدء إلى هنا
keys-besides = عنصر إضافي مع إبقاء البقية
keys-all-rows = الكل
keys-all = كل عمليات النقل
keys-limit = تشغيل حد السرعة أو إيقافه
keys-window = النافذة
keys-places = الكل، الجارية، المتوقفة مؤقتًا، المكتملة، الفاشلة
keys-size = تكبير كل شيء أو تصغيره
keys-usual-size = إعادة كل شيء إلى حجمه المعتاد
keys-close = إغلاق النافذة؛ تستمر عمليات النقل
keys-moving = التنقل
keys-next = الزر أو الحقل التالي أو السابق
keys-press = الضغط على زر
keys-choices = الخيار المجاور
keys-leave = مغادرة نافذة حوار أو التفاصيل أو البحث أو التحديد
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = مسافة
key-enter = Enter
key-delete = Delete
key-escape = Esc
key-tab = Tab
key-home = Home
key-end = End
key-page-up = Page Up
key-page-down = Page Down
key-menu = القائمة

# What this program is
about = حول Windlass
about-version = الإصدار { $version }
about-sentence = مدير للتنزيل والرفع تصمد عمليات النقل فيه مهما حدث.
about-licence = برنامج حر. يمكنك استخدامه بموجب رخصة { $licence }.
about-transfers = عمليات النقل
about-log = السجل
about-copy = نسخ للإبلاغ عن مشكلة
about-copied = نُسخ
about-parts = المكتبات
about-parts-sentence = هذه المكتبات جزء من البرنامج، ولكل منها رخصتها.

# How much was moved
statistics = الإحصاءات
statistics-none = لم يُنقل شيء بعد. يُحسب هنا ما يُنزَّل ويُرفع من الآن فصاعدًا.
statistics-days = { $count ->
    [zero] آخر { $count } يوم
    [one] آخر يوم
    [two] آخر يومين
    [few] آخر { $count } أيام
    [many] آخر { $count } يومًا
   *[other] آخر { $count } يوم
}
statistics-down = التنزيل
statistics-up = الرفع
statistics-completed = المكتملة
statistics-failed = الفاشلة
statistics-today = اليوم
statistics-week = هذا الأسبوع
statistics-month = هذا الشهر
statistics-since = منذ { $day }
statistics-day = { $day }: تنزيل { $down }، رفع { $up }

# Groups
groups = المجموعات
groups-none = تجمع المجموعة عمليات نقل معًا: واحدة تلو الأخرى، أو بحد سرعة أو مجلد خاص بها.
group-add = إضافة مجموعة
group-times = أوقات اليوم
group-new = مجموعة جديدة
group-title = المجموعة «{ $name }»
group-name = الاسم
group-order = الترتيب
group-parallel = كلها في آن واحد
group-serial = واحدة تلو الأخرى
group-limit = حد السرعة للمجموعة كلها
group-folder = مجلد تنزيلات المجموعة
group-folder-none = مجلد التنزيلات المبدئي
group-at-most = بحد أقصى { $speed }
group-done = اكتمل { $done } من { $all }
group-failed = { $count ->
    [zero] لم يفشل شيء
    [one] فشلت عملية واحدة
    [two] فشلت عمليتان
    [few] فشلت { $count } عمليات
    [many] فشلت { $count } عملية
   *[other] فشلت { $count } عملية
}
group-success = ما يُشغَّل عند اكتمال الكل
group-failure = ما يُشغَّل عند حدوث فشل
group-command = برنامج ومعاملاته
command-wrong = هذا ليس أمرًا. يجب إغلاق كل علامة اقتباس.
group-taken = توجد مجموعة بهذا الاسم.
group-remove = هل تريد إزالة المجموعة «{ $name }»؟ ستبقى عمليات النقل التي فيها.
move-current = تحريك إلى بداية المجموعة
cost = الشبكات ذات التكلفة
cost-free = انتظار شبكة بلا تكلفة
cost-default = ضمن باقة البيانات
cost-always = استخدامها على أي حال

# Where nothing is listed
empty-paste = ألصق رابطًا، أو أي نص فيه روابط.
empty-drop = أفلت روابط أو ملفات على هذه النافذة.
empty-folder = تُحفظ التنزيلات في { $folder }
empty-change = تغيير…
nothing-search-on = مسح البحث
nothing-show-all = إظهار الكل
nothing-active = لا شيء جارٍ أو في الانتظار.
nothing-paused = لا شيء متوقف مؤقتًا.
nothing-finished = لم يكتمل شيء بعد.
nothing-failed = لم يفشل شيء.

# When all is done
when-done = عند اكتمال الكل…
when-nothing = عدم فعل شيء
when-quit = إنهاء Windlass
when-suspend = إدخال الحاسوب في وضع السكون
when-power-off = إيقاف تشغيل الحاسوب
when-done-status = عند اكتمال الكل: { $what }
when-quit-in = اكتمل كل شيء. سيُنهى Windlass بعد { $seconds } ث.
when-suspend-in = اكتمل كل شيء. سيدخل الحاسوب في وضع السكون بعد { $seconds } ث.
when-power-off-in = اكتمل كل شيء. سيُوقف تشغيل الحاسوب بعد { $seconds } ث.
when-failed = اكتمل كل شيء، لكن تعذر إدخال الحاسوب في وضع السكون أو إيقاف تشغيله.

# Destinations and sites
destinations = الوجهات
destinations-none = الوجهة اسم للمكان الذي تُرسل إليه الملفات، مع بيانات الدخول إليه وطريقة الإرسال.
destination-add = إضافة وجهة
destination-new = وجهة جديدة
destination-import = استيراد من ShareX…
destination-title = الوجهة «{ $name }»
destination-taken = توجد وجهة بهذا الاسم.
destination-remove = هل تريد إزالة الوجهة «{ $name }»؟ سيبقى ما أُرسل إليها.
destination-copies = نسخ الرابط بعد إرسال الملف
destination-link = موضع الرابط في الرد
destination-link-wrong = لا يُعثر على رابط بهذا. يمكن أن يكون {"{"}json:PATH{"}"} أو {"{"}header:NAME{"}"} أو {"{"}response{"}"}.
destination-file-field = اسم حقل الملف
sites = المواقع
sites-none = الموقع خادم حُفظ عنه شيء: بيانات دخول أو مجلد أو حد، لكل ما يأتي منه أو يُرسل إليه.
site-add = إضافة موقع
site-new = موقع جديد
site-title = الموقع { $name }
site-taken = يوجد موقع بهذا العنوان.
site-remove = هل تريد إزالة الموقع { $name }؟ ستبقى عمليات النقل الموجودة كما هي.
site-url = العنوان
site-url-about = خادم كامل، أو مجلد فيه.
site-usual = كما في الإعدادات
site-number = يجب أن يكون عددًا صحيحًا.
site-timeout = مدة انتظار الخادم بالثواني
site-proxy-about = اكتب عنوانًا، أو «direct» إن لم ترد وكيلًا.
site-proxy-wrong = يجب أن يكون مثل http://proxy.example:3128 أو socks5h://localhost:1080، أو أن يكون «direct».
site-cookies = ملف الكعكات
site-cookies-none = بلا ملف
has-login = مع بيانات دخول
host-key = مفتاح الخادم
host-key-wrong = هذا ليس مفتاح خادم. يبدأ المفتاح بـ SHA256 ونقطتين، وبعدهما 43 حرفًا.
login-password-missing = اكتب كلمة السر أيضًا؛ فالمحفوظة تخص اسم المستخدم المحفوظ.
secret-kept = محفوظ
secret-stays = اترك كليهما فارغًا للإبقاء على المحفوظ.
secret-forget = حذف المحفوظ
secrets-kept = محفوظة في حلقة المفاتيح
secrets-elsewhere = بيانات الدخول المحفوظة تخص الخادم السابق فقط. أدخلها من جديد.
secrets-go = ستُحذف بيانات الدخول المحفوظة أيضًا.
import-no-picker = لا يوفر سطح المكتب نافذة للاختيار. الأمر «windlass destinations import FILE» يؤدي الغرض نفسه.
import-not-one = «{ $name }» ليس أداة رفع مخصصة من ShareX.

# What is told when a transfer ends
telling = الإشعار
telling-usual = كالمعتاد
telling-words = نص مخصص
telling-nothing = بلا إشعار
telling-done = نص الإشعار عند نجاح كل شيء
telling-placeholder = وصلت الصور
telling-wrong = اكتب نص الإشعار.

# Where a download finds no place, and a server that is not known
new-folder = مجلد آخر…
notice-no-folder-picker = لا تتوفر هنا نافذة للاختيار. الأمر «windlass set ID folder=PATH» يؤدي الغرض نفسه.
trust-server = الوثوق بهذا الخادم
trust-server-sentence = يقدّم { $host } مفتاحًا غير معروف هنا. قارنه بما يذكره مالك الخادم: فقد يكون هناك طرف آخر بينكما.
trust-server-yes = الوثوق بالمفتاح لهذا الخادم

# The menu of a field
field-cut = قص
field-paste = لصق
field-select-all = تحديد الكل

# Room in the window
keys-panel = تكبير لوحة التفاصيل أو تصغيرها
text-scale-followed = بالحجم الذي يريده سطح المكتب، وهو الآن { $percent }٪.

# At home on the desktop
setting-autostart = البدء عند تسجيل الدخول
    .about = دون نافذة. تستمر عمليات النقل من تلقاء نفسها.
autostart-reason = تستمر عمليات النقل بعد تسجيل الدخول
job-title = عمليات النقل
notice-series = اكتمل { $done } من { $all }
setting-recent-files = الملفات الأخيرة
    .about = إدراج التنزيلات المكتملة ضمن الملفات الأخيرة لسطح المكتب.
