# Toolbar, tray, and what can be done with one transfer
add-download = Adicionar download
add-upload = Adicionar upload
pause-all = Pausar tudo
resume-all = Retomar tudo
clear-finished = Remover concluídos
preferences = Preferências
pause = Pausar
resume = Retomar
cancel = Cancelar
restart = Recomeçar
send-again = Enviar de novo
remove = Remover
move-to-trash = Mover para a lixeira
open = Abrir
show-in-folder = Mostrar na pasta
copy-link = Copiar link
details = Detalhes
close = Fechar
leave = Cancelar
back = Voltar
dismiss = Dispensar

# Main window
empty-title = Nada por aqui ainda
status-running = { $count ->
    [one] { $count } em andamento
   *[other] { $count } em andamento
}
status-idle = Nada em andamento
status-total = { $count ->
    [one] { $count } transferência
   *[other] { $count } transferências
}
drop-hint = Solte links para baixar ou arquivos para enviar

# Where a transfer stands
state-queued = Na fila
state-downloading = Baixando
state-uploading = Enviando
state-verifying = Verificando
state-completed = Concluído
state-cancelled = Cancelado
state-skipped = Ignorado: esse arquivo já existe
state-failed = Falhou
state-paused = Pausado
state-waiting = Aguardando
state-restart-needed = Parado: enviar de novo pode duplicar o envio
state-changed = Parado: o arquivo no servidor mudou
state-needs-link = Parado: o link não funciona mais
state-needs-login = Parado: é preciso fazer login
state-network = Aguardando a rede
state-metered = Aguardando uma rede sem custo
state-roaming = Aguardando: esta rede é de outra operadora
state-data-limit = Aguardando: o plano de dados não seria suficiente
state-battery = Aguardando para poupar a bateria
state-retry = Nova tentativa às { $time }
state-schedule = Agendado: { $time }
state-disk-space = Aguardando espaço no disco
state-answer = Concluído, resposta do servidor: { $status }
leftover = Ficou no servidor
leftover-removing = Sendo removido do servidor

# Amounts
amount = { $number } { $unit }
amount-of = { $done } de { $total } { $unit }
speed = { $amount }/s
time-left = { $time } restantes
time-seconds = { $s } s
time-minutes = { $m } min
time-minutes-seconds = { $m } min { $s } s
time-hours = { $h } h { $m } min
time-days = { $d } d { $h } h
separator = { " · " }

# Adding downloads
links = Links
links-placeholder = https://example.org/arquivo.iso
links-count = { $count ->
    [0] Um link por linha.
    [one] { $count } link.
   *[other] { $count } links.
}
links-left-out = { $count ->
    [one] Não é um endereço e fica de fora: { $which }
   *[other] Não são endereços e ficam de fora: { $which }
}
folder = Pasta
file-name = Nome do arquivo
file-name-placeholder = O que o servidor indicar
choose = Escolher…
start = Iniciar
no-picker = O ambiente não oferece uma janela de seleção. Digite o caminho.
path-not-whole = Digite o caminho completo, começando com “/”.
name-not-plain = Um nome de arquivo não pode conter “/”.

# Adding uploads
files = Arquivos
files-none = Nenhum arquivo escolhido ainda.
file-placeholder = /caminho/do/arquivo
add-file = Adicionar
choose-files = Escolher arquivos…
choose-folder = Escolher pasta…
folder-tally = { $files ->
    [one] { $files } arquivo
   *[other] { $files } arquivos
} em { $folders ->
    [one] { $folders } pasta
   *[other] { $folders } pastas
}, { $size }
folder-left-out = { $count ->
    [one] não será enviado: { $which }
   *[other] { $count } não serão enviados, o primeiro é { $which }
} ({ $why ->
    [link-to-folder] um link para uma pasta
    [link-to-outside] um link para algo fora da pasta
    [link-to-nothing] um link para nada
    [no-file] não é um arquivo comum
    [empty-folder] uma pasta vazia
   *[unreadable] não pode ser lido
})
address = Endereço
address-placeholder = https://example.org/upload
more = Mais
less = Menos
way = Método
way-auto = Automático
way-form = Formulário
way-resumable = HTTP retomável
way-hint = { $way ->
    [webdav] O nome só aparece quando o arquivo está completo.
    [s3] Um objeto em https://servidor/bucket/nome. Escreva as duas chaves no endereço: https://chave:segredo@servidor/…
    [resumable] Continua depois de uma interrupção, como prevê o rascunho do padrão da web.
    [google] Uma sessão dos serviços do Google; continua depois de uma interrupção.
    [post] Uma única requisição. Se for enviado duas vezes, o arquivo pode ficar duplicado.
    [put] Uma única requisição que grava o arquivo exatamente neste endereço, ou dentro dele se terminar com “/”. Pode ser repetida sem problemas.
    [form] Como um navegador envia.
    [tus] Continua depois de uma interrupção.
   *[auto] O servidor informa o que aceita melhor.
}
fields = Campos
fields-placeholder = nome=valor, um por linha
field-wrong = “{ $line }” não é um campo. Deve ser algo como “nome=valor”.
headers = Cabeçalhos
headers-placeholder = Nome: valor, um por linha
header-wrong = “{ $line }” não é um cabeçalho. Deve ser algo como “Nome: valor”.
destination = Destino
destination-save = Salvar como destino
destination-name = Nome
destination-name-wrong = Um destino precisa de um nome curto que não seja um endereço.
destination-kept = Salvo.
save = Salvar
if-exists = Se o nome já existir
if-exists-fail = Não alterar
if-exists-rename = Usar outro nome
if-exists-overwrite = Substituir
if-exists-skip = Ignorar o arquivo
limit = Limite de velocidade
limit-placeholder = 500K ou 2M por segundo; vazio para nenhum
speed-wrong = Isto não é uma velocidade. Deve ser algo como 500K ou 2M.
files-clash = Mais de um arquivo seria gravado em { $address }. Use o endereço de uma pasta, terminado com “/”, e arquivos com nomes diferentes.

# Questions
remove-question = Remover “{ $name }”?
remove-loss = { $amount } já recebidos serão excluídos.
remove-loss-upload = O upload é interrompido aqui; o que foi enviado pode ficar no servidor.
remove-loss-upload-begun = O upload é interrompido aqui; o que foi enviado será removido do servidor.
restart-question = Recomeçar “{ $name }”?
restart-loss = { $amount } já recebidos serão baixados novamente.
quit-question = { $count ->
    [one] { $count } transferência está em andamento
   *[other] { $count } transferências estão em andamento
}
quit-explained = As transferências podem continuar sem esta janela. Se você sair do Windlass, elas são pausadas e continuam na próxima vez.
keep-running = Continuar em segundo plano
pause-and-quit = Pausar e sair
quit = Sair

# Details
detail-address = Endereço
detail-found-at = Encontrado em
detail-destination = Destino
detail-link = Link
detail-file = Arquivo
detail-added = Adicionado
detail-finished = Terminado
detail-answer = Resposta do servidor
detail-checked = Comparado com
checked-checksum = a soma de verificação ({ $algorithm }) e o tamanho
checked-etag = a etiqueta de versão do servidor e o tamanho
checked-length = o tamanho informado pelo servidor
checked-none = nada; o servidor não informou nem tamanho nem versão

# Messages
gone-title = A sessão terminou
gone-explained = As transferências estão pausadas e foram mantidas. Inicie o Windlass novamente para continuar.
problem-title = O Windlass não pode ser iniciado
problem-locked = Outro Windlass está usando este perfil. Encerre-o, ou espere que termine, e inicie de novo.
problem-newer = A lista de transferências foi gravada por uma versão mais recente do Windlass e não foi alterada. Use essa versão.
problem-unusable = { $path } não pode ser usado: { $reason }. Verifique as permissões e o disco.
notice-background = As transferências continuaram enquanto a janela estava fechada.
notice-cannot-open = Não foi possível abrir “{ $name }”.
notice-restored = A lista de transferências estava danificada. A anterior está em uso; a danificada foi mantida como { $path }.
notice-settings = Não foi possível ler as preferências, que ficam como estão: { $path }

# Notifications and tray
notice-download-done = { $name } foi baixado
notice-upload-done = { $name } foi enviado
notice-failed = { $name } falhou: { $reason }
notice-group-done = Tudo em “{ $name }” foi concluído
notice-group-failed =
    { $count ->
        [one] { $count } transferência em “{ $name }” falhou
       *[other] { $count } transferências em “{ $name }” falharam
    }
notice-open = Abrir
notice-show = Mostrar na pasta
awake-reason = Há transferências em andamento
sleep-delay-reason = O progresso das transferências está sendo salvo
tray-open = Abrir o Windlass
tray-idle = Windlass: nada em andamento
tray-running = { $count ->
    [one] Windlass: { $count } transferência em andamento
   *[other] Windlass: { $count } transferências em andamento
}

# What went wrong: what happened, and what can be done
error = { $what }. { $advice }
error-about = { $what } ({ $about })
error-join = { ", " }
error-status = HTTP { $status }
error-host-name-not-resolved = O nome do servidor não é conhecido
    .advice = Verifique o endereço e a rede.
error-cannot-connect = O servidor não responde
    .advice = Ele pode estar fora do ar; tente mais tarde.
error-server-unreachable = Não é possível alcançar o servidor
    .advice = Verifique a rede.
error-timeout = O servidor demorou demais
    .advice = Tente mais tarde.
error-connection-aborted = A conexão foi interrompida
    .advice = Use “Retomar” para continuar.
error-certificate-common-name-is-incorrect = O certificado do servidor pertence a outro nome
    .advice = Verifique o endereço.
error-certificate-expired = O certificado do servidor expirou
    .advice = Verifique o relógio deste computador ou fale com o responsável pelo site.
error-certificate-revoked = O certificado do servidor foi revogado
    .advice = Fale com o responsável pelo site.
error-certificate-is-invalid = O certificado do servidor não é confiável
    .advice = Fale com o responsável pelo site.
error-host-key-not-trusted = A chave do servidor não é confiável
    .advice = Pergunte ao responsável pelo servidor qual é a correta e confie apenas nela.
error-redirect-failed = O servidor leva de um endereço a outro sem fim
    .advice = Verifique o link.
error-https-to-http-on-redirection = O servidor leva de um endereço seguro a um inseguro
    .advice = Use o endereço ao qual ele leva se confiar nele.
error-error-http-invalid-server-response = A resposta do servidor não faz sentido
    .advice = Tente mais tarde.
error-insufficient-range-support = O servidor não consegue continuar do meio
    .advice = Recomece do início.
error-secret-not-found = Os dados de login não foram encontrados
    .advice = Desbloqueie o chaveiro e retome, ou adicione novamente a transferência com os dados de login.
error-unauthorized = O servidor pede login
    .advice = Faça login com nome e senha.
error-forbidden = O servidor recusa o acesso
    .advice = Verifique o link e os dados de login.
error-not-found = O servidor não tem esse arquivo
    .advice = Verifique o link.
error-proxy-authentication-required = O proxy pede login
    .advice = Adicione novamente a transferência com nome e senha para o proxy.
error-proxy-unreachable = O proxy não responde
    .advice = Verifique as configurações do proxy e a rede.
error-proxy-refused = O proxy não permite a passagem
    .advice = Verifique as configurações do proxy ou fale com o responsável.
error-gone = O arquivo não está mais lá
    .advice = Procure um novo link.
error-locked = O arquivo está em uso no servidor
    .advice = Tente mais tarde.
error-insufficient-storage = O servidor não tem mais espaço
    .advice = Retome quando houver espaço.
error-request-entity-too-large = O arquivo é grande demais para o servidor
    .advice = Pergunte qual tamanho ele aceita.
error-requested-range-not-satisfiable = O servidor tem menos bytes do que antes
    .advice = Recomece do início.
error-too-many-requests = O servidor quer receber menos requisições
    .advice = Tente mais tarde.
error-unexpected-client-error = O servidor recusa a requisição
    .advice = Verifique o endereço.
error-internal-server-error = O servidor está com um problema
    .advice = Tente mais tarde.
error-unexpected-status-code = A resposta do servidor não é um arquivo
    .advice = Verifique o link.
error-operation-canceled = A transferência foi cancelada
    .advice = Use “Recomeçar” para fazê-la de novo.
error-invalid-proxy = Isto não é o endereço de um proxy
    .advice = Deve ser algo como http://proxy.example:3128.
error-invalid-url = Isto não é um endereço
    .advice = Deve ser algo como https://example.org/arquivo.
error-unsupported-scheme = Este tipo de endereço não é aceito
    .advice = Use http, https, ftp, ftps, ftpes ou sftp.
error-truncated = O servidor parou antes do fim do arquivo
    .advice = Use “Retomar” para obter o resto.
error-changed = O arquivo no servidor agora é outro
    .advice = Use “Recomeçar” para obter o novo.
error-checksum-mismatch = O arquivo não corresponde à sua soma de verificação
    .advice = Recomece ou procure outra fonte.
error-disk-full = O disco está cheio
    .advice = Libere espaço; a transferência continua sozinha.
error-permission-denied = Não é permitido gravar ali
    .advice = Escolha outra pasta.
error-read-only = O disco é somente leitura
    .advice = Escolha outra pasta.
error-file-missing = O arquivo não está lá
    .advice = Verifique o caminho.
error-file-changed = O arquivo mudou nesse meio-tempo
    .advice = Use “Recomeçar” para enviá-lo como está agora.
error-file-exists = O nome já existe
    .advice = Escolha outro nome.
error-already-complete = O arquivo já havia chegado inteiro ao servidor
    .advice = Ele continua lá; remova-o de lá se não o quiser.
error-io = O disco informa um erro
    .advice = Verifique o disco e depois retome.
error-ftp = O servidor recusa o comando
    .advice = Verifique o endereço.
error-result-unknown = Tudo foi enviado, mas a resposta não chegou
    .advice = Confira no servidor antes de enviar de novo.
error-not-resumable = Não é possível continuar
    .advice = Recomece do início.

# The main screen: columns, places, menus.
column-name = Nome
column-progress = Progresso
column-size = Tamanho
column-speed = Velocidade
column-time-left = Restante
column-status = Estado
column-added = Adicionado
column-priority = Prioridade
percent = { $number }%
number = { $number }
priority-high = Alta
priority-normal = Normal
priority-low = Baixa
search = Pesquisar
sidebar = Barra lateral
sidebar-groups = Grupos
sidebar-destinations = Destinos
sidebar-files = Arquivos
place-all = Todos
place-active = Ativos
place-paused = Pausados
place-finished = Concluídos
place-failed = Com falha
place-downloads = Downloads
place-uploads = Uploads
place-pictures = Imagens
place-music = Música
place-videos = Vídeos
place-documents = Documentos
place-archives = Compactados
place-programs = Programas
nothing-found = Nada encontrado para “{ $words }”.
nothing-here = Nada aqui.
copy-address = Copiar link
move-first = Mover para o início
move-up = Mover para cima
move-down = Mover para baixo
move-last = Mover para o fim
held-network = Aguardando uma rede
held-metered = Aguardando: esta rede tem custo
held-roaming = Aguardando: roaming
held-data-limit = Aguardando: o plano de dados acabou
held-battery = Aguardando energia
held-disk-space = Aguardando: o disco está cheio
status-chosen = { $count ->
    [one] { $count } selecionado
   *[other] { $count } selecionados
}
status-free = { $size } livres
limit-none = Sem limite
undo = Desfazer
notice-removed = { $count ->
    [one] { $count } transferência removida da lista.
   *[other] { $count } transferências removidas da lista.
}
notice-trashed = Removido da lista. O que chegou vai para a lixeira.
notice-not-trashed = Não foi possível mover “{ $name }” para a lixeira. O arquivo fica onde está.
remove-several-question = { $count ->
    [one] Remover { $count } transferência?
   *[other] Remover { $count } transferências?
}
remove-several-loss = Elas não foram concluídas. O que já foi recebido delas ({ $amount }) será excluído.
restart-several-question = { $count ->
    [one] Recomeçar { $count } transferência?
   *[other] Recomeçar { $count } transferências?
}

# Adding downloads: what was found in the text, and on what terms it is got
adding-unsupported = “{ $which }”: endereços que começam com “{ $scheme }:” não podem ser baixados.
adding-invalid = “{ $which }” não é um endereço completo.
adding-too-many = “{ $which }” representa arquivos demais. Use um intervalo menor.
adding-too-long = Este texto é longo demais.
adding-sends = Este comando envia algo ao servidor. Deixe isso para o navegador.
adding-option = Este comando tem uma opção desconhecida: { $option }
adding-unfinished = Este comando não está completo. Copie-o inteiro.
adding-relative = “{ $which }” é só uma parte de um endereço.
adding-metalink = Este Metalink não pode ser lido.
adding-more-left-out = { $count ->
    [one] Mais { $count } endereço não pode ser baixado.
   *[other] Mais { $count } endereços não podem ser baixados.
}
chosen-count = { $chosen } de { $count } selecionados
choose-all = Selecionar tudo
choose-none = Não selecionar nada
link-there = Já está na lista
link-twice = Repetido no texto
link-there-sentence = Este link já está na lista.
show-it = Mostrar
get-again = Baixar de novo
probe-asking = Consultando o servidor…
probe-size-unknown = Tamanho desconhecido
probe-resumable = pode ser retomado
probe-not-resumable = não pode ser retomado
probe-page = Este link leva a uma página da web.
name-taken = Há um arquivo com este nome na pasta.
group = Grupo
group-placeholder = Nenhum
group-wrong = Um grupo precisa de um nome de no máximo 100 caracteres.
checksum = Soma de verificação
checksum-wrong = Isto não é uma soma de verificação. Deve ser algo como sha-256:9f86d0…
login-name = Nome de usuário
login-name-missing = Uma senha precisa de um nome de usuário.
login-password = Senha
start-at = Iniciar às
start-at-placeholder = 22:30 ou +2h30m
start-at-wrong = Isto não é um horário. Deve ser algo como 22:30 ou +2h30m.
speed-placeholder = 500K ou 2M por segundo
connections = Conexões
connections-placeholder = Quantas ajudarem
connections-wrong = Deve ser um número de 1 a 255.
priority = Prioridade
said-to-all = Os dados de login e os cabeçalhos são enviados a todos os servidores da lista acima.

# Settings: sections, search, and what all of them have
settings-general = Geral
settings-transfers = Transferências
settings-speed = Velocidade e horários
settings-data = Rede e dados
settings-desktop = Notificações e desktop
settings-appearance = Aparência
settings-advanced = Avançado
settings-search = Pesquisar
settings-found = Resultados da pesquisa
settings-none-found = Nenhuma configuração corresponde a “{ $words }”.
settings-refused = Isto não foi salvo: { $reason }
setting-back = Voltar ao padrão
setting-fewer = Menos
setting-more = Mais
no-limit = Sem limite
weekday = { $day ->
    [1] Seg
    [2] Ter
    [3] Qua
    [4] Qui
    [5] Sex
    [6] Sáb
   *[other] Dom
}

# Settings: each of them
setting-download-folder = Pasta dos downloads
    .about = Para onde vão os downloads, a menos que você indique outra.
setting-language = Idioma
    .about = O idioma desta janela e das mensagens.
    .system = Igual ao sistema
setting-max-running = Transferências simultâneas
    .about = As outras esperam a sua vez.
setting-max-per-host = Transferências simultâneas do mesmo servidor
    .about = Alguns servidores não aceitam mais do que algumas.
    .none = Sem limite
setting-retries = Tentativas antes de desistir
    .about = Quantas vezes seguidas uma transferência é tentada de novo quando não chega nem um byte.
setting-on-change = Quando um arquivo muda no servidor
    .about = O que acontece com um download que já começou.
    .pause = Parar e perguntar
    .restart = Recomeçar
setting-find-checksums = Procurar somas de verificação
    .about = Se o servidor tiver um arquivo de somas de verificação junto de um download, o download é conferido com ele.
setting-download-limit = Velocidade de download
    .about = O máximo que todos os downloads usam juntos.
setting-upload-limit = Velocidade de upload
    .about = O máximo que todos os uploads usam juntos.
setting-speed-limit = Velocidade total
    .about = O máximo que downloads e uploads usam juntos.
setting-windows = Horários
    .about = Quando valem outros limites ou nada é transferido. Se vários coincidirem, vale o que está mais acima.
setting-data-plan = Plano de dados
    .about = Quanto pode passar por redes que têm custo, como a de um celular.
setting-data-plan-period = Duração do plano
    .about = Depois disso, ele começa de novo.
    .day = Um dia
    .week = Uma semana
    .month = Um mês
setting-data-plan-begins = Dia em que o plano começa
    .about = O dia da semana ou do mês em que ele começa de novo.
setting-keep-to-data-plan = Nunca exceder o plano
    .about = Nada passa dele, nem mesmo as transferências que podem ter custo.
setting-proxy = Proxy
    .about = Um servidor pelo qual passam todas as conexões. O login dele é informado em cada transferência.
    .system = Igual ao sistema
    .direct = Nenhum
    .own = Este
setting-notifications = Notificações
    .about = Avisar quando uma transferência é concluída ou falha.
setting-inhibit-sleep = Manter o computador acordado
    .about = Ele não suspende sozinho enquanto há transferências em andamento.
setting-pause-on-battery = Aguardar ao usar a bateria
    .about = As transferências continuam quando o computador volta à tomada.
setting-pause-below-percent = Aguardar com a bateria fraca
    .about = As transferências aguardam quando a bateria tem menos do que isto.
    .none = Nunca
    .unit = %
setting-pause-in-power-saver = Aguardar ao economizar energia
    .about = As transferências aguardam enquanto o ambiente está configurado para economizar energia.
setting-appearance = Estilo
    .about = Claro ou escuro.
    .system = Igual ao sistema
    .light = Claro
    .dark = Escuro
setting-contrast = Contraste
    .about = O quanto tudo se destaca.
    .system = Igual ao sistema
    .normal = Normal
    .high = Alto
setting-accent = Cor
    .about = A cor do que avança e da próxima ação.
    .system = Igual ao sistema
    .own = Azul
setting-motion = Movimento
    .about = Se as coisas na janela se movem sozinhas.
    .system = Igual ao sistema
    .full = Sim
    .reduced = O mínimo possível
setting-text-scale = Tamanho da interface
    .about = Ctrl e mais ou menos também o alteram.
    .unit = %
setting-connect-timeout = Espera por uma conexão
    .about = Quando um servidor não responde por esse tempo, uma nova tentativa é feita mais tarde.
    .unit = s
setting-silence-timeout = Espera por um servidor silencioso
    .about = Quando nada chega por esse tempo, a conexão é refeita.
    .unit = s
setting-min-split = Menor parte
    .about = Um arquivo só é baixado por várias conexões se cada uma tiver pelo menos isto a fazer.
setting-hardware-acceleration = Desenhar com a placa de vídeo
    .about = Vale a partir do próximo início. Deixe desativado se a janela for exibida com problemas.

# Settings: times of the day
window-add = Adicionar horário
window-edit = Editar
window-earlier = Mover para cima
window-done = Pronto
window-days = Dias
window-hours = De quando até quando
window-pace = O que vale nesse horário
window-rest = Nenhuma transferência
window-limits = Outros limites
window-downloads = Downloads
window-uploads = Uploads
window-both = Juntos
window-daily = Todos os dias
window-and = { ", " }
window-when = { $days }, { $hours }
window-rests = Nenhuma transferência
window-limit-down = Downloads a no máximo { $speed }
window-limit-up = Uploads a no máximo { $speed }
window-limit-both = Juntos a no máximo { $speed }

# Settings: what is no value
wrong-number = Deve ser um número inteiro de { $least } a { $most }.
wrong-speed = Digite um número e a unidade, como 500 kB/s ou 2,5 MB/s. Deixe vazio para não limitar.
wrong-size = Digite um número e a unidade, como 500 MB ou 5 GB.
wrong-small = Deve ser pelo menos { $least }.
wrong-proxy = Deve ser algo como http://proxy.example:3128 ou socks5h://localhost:1080.
wrong-login = Não inclua nome e senha: eles seriam gravados à vista de todos.
wrong-hours = Deve ser algo como 22:00–06:00.

# What a transfer needs from somebody
log-in = Fazer login
log-in-sentence = { $host } quer saber quem é você.
new-link = Novo link
new-link-sentence = O link expirou. Informe outro para o mesmo arquivo e a transferência continua de onde está.
new-link-wrong = Isto não é um endereço.

# The panel of particulars
tab-overview = Visão geral
tab-segments = Segmentos
tab-speed = Velocidade
tab-attempts = Tentativas
tab-answer = Resposta
details-none = Selecione uma transferência para ver aqui todos os detalhes dela.
copy = Copiar
open-part = Abrir durante o download
notice-no-beginning = O início de “{ $name }” ainda não chegou. Tente de novo daqui a pouco.
detail-connections = Conexões
detail-group = Grupo
detail-priority = Prioridade
detail-resumable = Depois de uma pausa
resumable-yes = continua de onde parou
resumable-no = recomeça do início; o servidor não permite continuar
bound-own-limit = O limite de velocidade desta transferência, { $speed }, a mantém nesta velocidade.
bound-all-limit = O limite de velocidade de todas as transferências juntas, { $speed }, mantém a transferência nesta velocidade.
bound-limit = Um limite de velocidade mantém a transferência nesta velocidade.
bound-disk = O disco não consegue gravar mais rápido.
bound-connection = { $count ->
    [one] O servidor não oferece mais do que isto em { $count } conexão, e não é possível abrir outras.
   *[other] O servidor não oferece mais do que isto em cada uma das { $count } conexões, e não é possível abrir outras.
}
bound-host = { $count ->
    [one] O servidor não aceita mais de { $count } conexão.
   *[other] O servidor não aceita mais de { $count } conexões.
}
bound-network = A rede está no limite; mais conexões não aumentam a velocidade.
bound-proxy = O caminho pelo proxy está no limite; mais conexões não aumentam a velocidade.
segments-none = Nada do arquivo chegou ainda.
segments-unknown = { $size } já recebidos. O servidor não informou o tamanho do arquivo.
segments-upload = Um arquivo é enviado do início ao fim.
segments-confirmed = O servidor confirmou { $amount }.
segments-connections = { $count ->
    [one] { $count } conexão
   *[other] { $count } conexões
}
connection-range = { $from } – { $until }
connection-from = desde { $from }
part-checked = No disco e verificados
part-safe = No disco
part-arrived = Recém-recebidos
part-coming = Conexão
part-missing = Faltando
speed-now = Atual
speed-mean = Média
speed-highest = Máxima
speed-explained = Os últimos minutos em que os detalhes estiveram abertos.
speed-none = Esta transferência não está em andamento. O gráfico da velocidade aparece aqui enquanto ela avança.
speed-soon = O gráfico da velocidade aparecerá aqui em um instante.
attempts-none = Nenhuma tentativa ainda.
attempts-before = { $count ->
    [one] { $count } registro anterior não é mais mantido.
   *[other] { $count } registros anteriores não são mais mantidos.
}
attempt-completed = Tudo chegou e está correto.
attempt-stopped = Parado antes do fim.
attempt-took = levou { $time }
attempt-moved = { $amount } transferidos
happened-restarted = Recomeçado a pedido.
happened-started-over = Recomeçado: { $why }
happened-paused = Pausado a pedido.
happened-link = Recebeu outro endereço.
happened-network = Não havia rede, e a transferência esperou por uma.
answer-way = Método
answer-none = Nada da resposta do servidor foi mantido.
resume-from = Retomar a partir de um arquivo
notice-no-picker = O ambiente não oferece uma janela de seleção. O comando “windlass get --resume-data ARQUIVO” faz o mesmo.
notice-not-resume-data = “{ $name }” não contém dados de retomada ou está danificado.
open-part-there = Abrir a parte recebida

# Keys
main-menu = Menu
shortcuts = Atalhos de teclado
keys-search = Pesquisar atalhos
keys-none-found = Nenhum atalho corresponde a “{ $words }”.
keys-adding = Adicionar
keys-paste = Adicionar o que foi copiado
keys-chosen = Transferências selecionadas
keys-toggle = Pausar ou retomar
keys-open = Abrir o arquivo ou mostrar os detalhes
keys-tabs = Página seguinte ou anterior dos detalhes
keys-queue = Mover para cima ou para baixo na fila
keys-queue-ends = Mover para o início ou o fim da fila
keys-menu = Tudo o que pode ser feito
keys-choosing = Seleção de transferências
keys-rows = A de cima ou a de baixo
keys-pages = A de uma página acima ou abaixo
keys-ends = A primeira ou a última
keys-through = Todas de lá até aqui
keys-besides = Mais uma, mantendo as outras
keys-all-rows = Todas
keys-all = Todas as transferências
keys-limit = Ativar ou desativar o limite de velocidade
keys-window = Janela
keys-places = Todos, ativos, pausados, concluídos, com falha
keys-size = Aumentar ou diminuir tudo
keys-usual-size = Voltar tudo ao tamanho normal
keys-close = Fechar a janela; as transferências continuam
keys-moving = Navegação
keys-next = Botão ou campo seguinte ou anterior
keys-press = Pressionar um botão
keys-choices = A opção ao lado
keys-leave = Sair de um diálogo, dos detalhes, de uma pesquisa ou de uma seleção
key-control = Ctrl
key-shift = Shift
key-alt = Alt
key-space = Espaço
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
about = Sobre o Windlass
about-version = Versão { $version }
about-sentence = Um gerenciador de downloads e uploads cujas transferências sobrevivem a tudo.
about-licence = Software livre. Você pode usá-lo sob os termos de { $licence }.
about-transfers = Transferências
about-log = Registro
about-copy = Copiar para um relatório
about-copied = Copiado
about-parts = Bibliotecas
about-parts-sentence = Estas bibliotecas fazem parte do programa, cada uma sob a sua licença.

# How much was moved
statistics = Estatísticas
statistics-none = Nada foi transferido ainda. O que for baixado e enviado a partir de agora é contado aqui.
statistics-days = Últimos { $count } dias
statistics-down = Download
statistics-up = Upload
statistics-completed = Concluídos
statistics-failed = Com falha
statistics-today = Hoje
statistics-week = Esta semana
statistics-month = Este mês
statistics-since = Desde { $day }
statistics-day = { $day }: { $down } baixados, { $up } enviados

# Groups
groups = Grupos
groups-none = Um grupo mantém transferências juntas: uma depois da outra, com um limite de velocidade ou uma pasta próprios.
group-add = Adicionar grupo
group-times = Horários
group-new = Novo grupo
group-title = Grupo “{ $name }”
group-name = Nome
group-order = Ordem
group-parallel = Todas ao mesmo tempo
group-serial = Uma depois da outra
group-limit = Limite de velocidade do grupo inteiro
group-folder = Pasta dos downloads do grupo
group-folder-none = A pasta dos downloads
group-at-most = no máximo { $speed }
group-done = Concluídas: { $done } de { $all }
group-failed = Com falha: { $count }
group-success = Quando tudo estiver concluído, executar
group-failure = Quando algo falhar, executar
group-command = Um programa e seus argumentos
command-wrong = Isto não é um comando. Todas as aspas abertas precisam ser fechadas.
group-taken = Já existe um grupo com este nome.
group-remove = Remover o grupo “{ $name }”? As transferências dele são mantidas.
move-current = Mover para o início do grupo
cost = Redes que têm custo
cost-free = Aguardar uma sem custo
cost-default = Dentro do plano de dados
cost-always = Usar mesmo assim

# Where nothing is listed
empty-paste = Cole um link ou qualquer texto que contenha links.
empty-drop = Solte links ou arquivos nesta janela.
empty-folder = Os downloads vão para { $folder }
empty-change = Alterar…
nothing-search-on = Limpar pesquisa
nothing-show-all = Mostrar tudo
nothing-active = Nada em andamento ou aguardando.
nothing-paused = Nada pausado.
nothing-finished = Nada concluído ainda.
nothing-failed = Nada falhou.

# When all is done
when-done = Ao concluir tudo…
when-nothing = Não fazer nada
when-quit = Sair do Windlass
when-suspend = Suspender o computador
when-power-off = Desligar o computador
when-done-status = Ao concluir tudo: { $what }
when-quit-in = Tudo foi concluído. O Windlass será encerrado em { $seconds } s.
when-suspend-in = Tudo foi concluído. O computador será suspenso em { $seconds } s.
when-power-off-in = Tudo foi concluído. O computador será desligado em { $seconds } s.
when-failed = Tudo foi concluído, mas não foi possível suspender ou desligar o computador.

# Destinations and sites
destinations = Destinos
destinations-none = Um destino é um nome para o lugar aonde os arquivos são enviados, com os dados de login e o método de envio.
destination-add = Adicionar destino
destination-new = Novo destino
destination-import = Importar do ShareX…
destination-title = Destino “{ $name }”
destination-taken = Já existe um destino com este nome.
destination-remove = Remover o destino “{ $name }”? O que já foi enviado continua lá.
destination-copies = Copiar o link quando um arquivo for enviado
destination-link = Onde está o link
destination-link-wrong = Assim nenhum link é encontrado. Pode ser {"{"}json:CAMINHO{"}"}, {"{"}header:NOME{"}"} ou {"{"}response{"}"}.
destination-file-field = Nome do campo com o arquivo
sites = Sites
sites-none = Um site é um servidor do qual se sabe algo: os dados de login, uma pasta ou um limite para tudo o que vem de lá ou vai para lá.
site-add = Adicionar site
site-new = Novo site
site-title = Site { $name }
site-taken = Já existe um site com este endereço.
site-remove = Remover o site { $name }? As transferências existentes mantêm o que têm.
site-url = Endereço
site-url-about = Um servidor inteiro ou uma pasta dele.
site-usual = Como nas preferências
site-number = Deve ser um número inteiro.
site-timeout = Espera pelo servidor (segundos)
site-proxy-about = Um endereço, ou “direct” para nenhum.
site-proxy-wrong = Deve ser algo como http://proxy.example:3128 ou socks5h://localhost:1080, ou então “direct”.
site-cookies = Arquivo de cookies
site-cookies-none = Nenhum
has-login = Com login
host-key = Chave do servidor
host-key-wrong = Isto não é a chave de um servidor. Deve ser SHA256: seguido de mais 43 caracteres.
login-password-missing = Digite também a senha; a que está guardada pertence ao nome de usuário guardado.
secret-kept = No chaveiro
secret-stays = Deixe os dois campos vazios para não alterá-los.
secret-forget = Esquecer
secrets-kept = Guardados no chaveiro
secrets-elsewhere = Os dados de login guardados são apenas para o outro servidor. Informe-os de novo.
secrets-go = Os dados de login dele também serão esquecidos.
import-no-picker = O ambiente não oferece uma janela de seleção. O comando “windlass destinations import ARQUIVO” faz o mesmo.
import-not-one = “{ $name }” não é um uploader personalizado do ShareX.

# What is told when a transfer ends
telling = Notificação
telling-usual = Padrão
telling-words = Texto próprio
telling-nothing = Nenhuma
telling-done = Texto quando tudo der certo
telling-placeholder = As fotos chegaram
telling-wrong = Digite o texto da notificação.

# Where a download finds no place, and a server that is not known
new-folder = Outra pasta…
notice-no-folder-picker = Não há uma janela de seleção aqui. O comando “windlass set ID folder=CAMINHO” faz o mesmo.
trust-server = Confiar neste servidor
trust-server-sentence = { $host } apresenta uma chave que não é conhecida aqui. Compare-a com a informada pelo responsável pelo servidor: outra pessoa pode estar no meio do caminho.
trust-server-yes = Confiar nela para este servidor

# The menu of a field
field-cut = Recortar
field-paste = Colar
field-select-all = Selecionar tudo

# Room in the window
keys-panel = Aumentar ou diminuir o painel de detalhes
text-scale-followed = Do tamanho que a área de trabalho quer, agora { $percent } %.

# At home on the desktop
setting-autostart = Iniciar ao entrar na sessão
    .about = Sem janela. As transferências continuam sozinhas.
autostart-reason = As transferências continuam depois de entrar na sessão
job-title = Transferências
notice-series = { $done } de { $all } concluídas
setting-recent-files = Arquivos recentes
    .about = Listar os downloads concluídos entre os arquivos recentes da área de trabalho.
