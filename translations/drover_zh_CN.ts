<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Action</name>
    <message>
        <source>New migration</source>
        <translation>新建迁移</translation>
    </message>
    <message>
        <source>Advance</source>
        <translation>推进</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>Add key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>New token</source>
        <translation>新建令牌</translation>
    </message>
    <message>
        <source>Import keys</source>
        <translation>导入密钥</translation>
    </message>
    <message>
        <source>Rotate a key</source>
        <translation>轮换密钥</translation>
    </message>
    <message>
        <source>Find leaked keys</source>
        <translation>查找泄露的密钥</translation>
    </message>
    <message>
        <source>Check the keys</source>
        <translation>检查密钥</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Environment variables</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>A .env file</source>
        <translation>.env 文件</translation>
    </message>
    <message>
        <source>HolySheep&apos;s config.json</source>
        <translation>HolySheep 的 config.json</translation>
    </message>
</context>
<context>
    <name>PageTitle</name>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Migration</source>
        <translation>迁移</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Gateways</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>Remark</name>
    <message>
        <source>The lease has run out: gateways serve Legacy by themselves</source>
        <translation>租约已到期：网关自行使用旧服务商</translation>
    </message>
    <message>
        <source>Resume to go on with a new generation.</source>
        <translation>点“继续”以新的一代继续。</translation>
    </message>
    <message>
        <source>No controller is running</source>
        <translation>没有正在运行的控制器</translation>
    </message>
    <message>
        <source>Resume takes the migration over in this console.</source>
        <translation>点“继续”即由本控制台接管迁移。</translation>
    </message>
    <message>
        <source>Nobody watches the abort rule. In %1 the lease ends, and all new requests go to Legacy.</source>
        <translation>无人监视中止规则。%1 后租约到期，所有新请求都将发往旧服务商。</translation>
    </message>
    <message>
        <source>Rolled back: all new requests go to Legacy</source>
        <translation>已回滚：所有新请求都发往旧服务商</translation>
    </message>
    <message>
        <source>The run in this console has ended: %1</source>
        <translation>本控制台中的运行已中断：%1</translation>
    </message>
    <message>
        <source>The lease has run out: gateways serve Legacy by themselves.</source>
        <translation>租约已到期：网关自行使用旧服务商。</translation>
    </message>
    <message>
        <source>Nobody renews the lease any more. Resume goes on from the journal.</source>
        <translation>已无人续租。点“继续”可从日志接着进行。</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>A gate failed: the share is held since %1</source>
        <translation>有门禁未通过：自 %1 起份额保持不变</translation>
    </message>
    <message>
        <source>Advance by hand with a reason, pause, or roll back.</source>
        <translation>可说明原因后手动推进、暂停或回滚。</translation>
    </message>
    <message>
        <source>Legacy (lease expired)</source>
        <translation>旧服务商（租约已到期）</translation>
    </message>
    <message>
        <source>HolySheep %1</source>
        <translation>HolySheep %1</translation>
    </message>
    <message>
        <source>Migration %1 under policy %2</source>
        <translation>迁移 %1，策略 %2</translation>
    </message>
    <message>
        <source>Gateways serve Legacy until it is resumed.</source>
        <translation>在继续之前，网关使用旧服务商。</translation>
    </message>
    <message>
        <source>Nothing moves until it is resumed.</source>
        <translation>在继续之前，一切保持不动。</translation>
    </message>
    <message>
        <source>The share is held; the abort rule is still watched.</source>
        <translation>份额保持不变；中止规则仍在监视。</translation>
    </message>
    <message>
        <source>Next: %1, not before %2</source>
        <translation>下一步：%1，不早于 %2</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>下一步：%1</translation>
    </message>
    <message>
        <source>HolySheep %1 served, %2 ordered</source>
        <translation>HolySheep 实际 %1，指令 %2</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>Paused by %1: %2</source>
        <translation>由 %1 暂停：%2</translation>
    </message>
    <message>
        <source>Paused by %1</source>
        <translation>由 %1 暂停</translation>
    </message>
    <message>
        <source>Rolled back by %1: %2</source>
        <translation>由 %1 回滚：%2</translation>
    </message>
    <message>
        <source>Rolled back by %1</source>
        <translation>由 %1 回滚</translation>
    </message>
    <message>
        <source>The routing document could not be written: %1</source>
        <translation>无法写入路由文档：%1</translation>
    </message>
    <message>
        <source>Someone else changed the routing: the routing document is gone</source>
        <translation>路由被他人更改：路由文档不见了</translation>
    </message>
    <message>
        <source>Someone else changed the routing: %1</source>
        <translation>路由被他人更改：%1</translation>
    </message>
    <message>
        <source>The lease ran out: gateways send new requests to Legacy until the migration is resumed</source>
        <translation>租约已到期：在迁移继续之前，网关把新请求发往旧服务商</translation>
    </message>
    <message>
        <source>%1 errors in %2 requests: at least %3 with 99.9 % confidence, abort above %4</source>
        <translation>%2 个请求中有 %1 个错误：在 99.9 % 的置信度下至少为 %3，超过 %4 即中止</translation>
    </message>
    <message>
        <source>No key was given</source>
        <translation>未提供密钥</translation>
    </message>
    <message>
        <source>A key is one word: this has white space in it</source>
        <translation>密钥中不应有空白：此处含有空白</translation>
    </message>
    <message>
        <source>This is the id, not the key: the id and the secret look swapped</source>
        <translation>这是编号而不是密钥：编号与密钥似乎填反了</translation>
    </message>
    <message>
        <source>This looks like a key&apos;s id, not like the key itself: the secret is shown once, when a key is made</source>
        <translation>这像是密钥的编号，而不是密钥本身：密钥只在创建时显示一次</translation>
    </message>
    <message>
        <source>This is a Drover client token, not a provider&apos;s key</source>
        <translation>这是 Drover 的客户端令牌，不是服务商的密钥</translation>
    </message>
    <message>
        <source>This is an address, not a key</source>
        <translation>这是地址，不是密钥</translation>
    </message>
    <message>
        <source>This is too short to be a key</source>
        <translation>太短，不像密钥</translation>
    </message>
    <message>
        <source>A key has only letters, digits and punctuation</source>
        <translation>密钥只含字母、数字和标点</translation>
    </message>
    <message>
        <source>The key begins with none of the known prefixes (%1); it is taken as it is: verify it</source>
        <translation>密钥不以任何已知前缀（%1）开头；将照原样接受：请验证</translation>
    </message>
    <message>
        <source>Keys that begin with %1 belong to %2 as a rule, not to %3</source>
        <translation>以 %1 开头的密钥通常属于 %2，而不是 %3</translation>
    </message>
    <message>
        <source>The key is refused (%1)</source>
        <translation>密钥被拒绝（%1）</translation>
    </message>
    <message>
        <source>The account has no credit (%1)</source>
        <translation>账户余额不足（%1）</translation>
    </message>
    <message>
        <source>The rate limit is reached (429)</source>
        <translation>已达速率上限（429）</translation>
    </message>
    <message>
        <source>It answered %1</source>
        <translation>返回 %1</translation>
    </message>
    <message>
        <source>Nobody knows this setting; it is kept and ignored</source>
        <translation>未知的设置；予以保留但忽略</translation>
    </message>
    <message>
        <source>The provider has no address</source>
        <translation>该服务商没有地址</translation>
    </message>
    <message>
        <source>No verified key yet: add one and verify it on the Keys page</source>
        <translation>尚无已验证的密钥：请在“密钥”页添加并验证</translation>
    </message>
    <message>
        <source>No client token yet: make one on the Gateways page</source>
        <translation>尚无客户端令牌：请在“网关”页创建</translation>
    </message>
    <message>
        <source>No gateway is running: start one on the Gateways page</source>
        <translation>没有正在运行的网关：请在“网关”页启动</translation>
    </message>
    <message>
        <source>Making and verifying a key of %1</source>
        <translation>正在为%1创建并验证密钥</translation>
    </message>
    <message>
        <source>Starting the sandbox, scenario %1</source>
        <translation>正在启动沙箱，场景 %1</translation>
    </message>
    <message>
        <source>Starting a gateway</source>
        <translation>正在启动网关</translation>
    </message>
    <message>
        <source>The gateway listens at %1</source>
        <translation>网关监听于 %1</translation>
    </message>
    <message>
        <source>Making the key %1</source>
        <translation>正在创建密钥 %1</translation>
    </message>
    <message>
        <source>The key is made</source>
        <translation>密钥已创建</translation>
    </message>
    <message>
        <source>Found a key whose reply was lost</source>
        <translation>找到一个应答丢失的密钥</translation>
    </message>
    <message>
        <source>The secret was lost before it was stored</source>
        <translation>密钥在存入之前丢失</translation>
    </message>
    <message>
        <source>Stored, version %1</source>
        <translation>已存入，版本 %1</translation>
    </message>
    <message>
        <source>Verified in %1</source>
        <translation>已在 %1 验证</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Handed to the gateways</source>
        <translation>已交给网关</translation>
    </message>
    <message>
        <source>%1 of the provider&apos;s requests</source>
        <translation>占该服务商请求的 %1</translation>
    </message>
    <message>
        <source>It is the current key now</source>
        <translation>现已成为当前密钥</translation>
    </message>
    <message>
        <source>The old key stays: the policy keeps at least %1 live keys</source>
        <translation>旧密钥保留：策略要求至少保留 %1 个有效密钥</translation>
    </message>
    <message>
        <source>The old key is no longer used</source>
        <translation>旧密钥已不再使用</translation>
    </message>
    <message>
        <source>The lost key is revoked</source>
        <translation>丢失的密钥已吊销</translation>
    </message>
    <message>
        <source>The new key is revoked</source>
        <translation>新密钥已吊销</translation>
    </message>
    <message>
        <source>The old key is revoked</source>
        <translation>旧密钥已吊销</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1 errors in %2 requests: at most %3 with 95 % confidence, limit %4</source>
        <translation>%2 个请求中有 %1 个错误：95 % 置信度下至多 %3，上限 %4</translation>
    </message>
    <message>
        <source>Migration %1 has not ended: its keys change with it alone</source>
        <translation>迁移 %1 尚未结束：其密钥只随它一起更换</translation>
    </message>
    <message>
        <source>Last trace %1: more than %2 ago</source>
        <translation>最后使用记录 %1：已超过 %2</translation>
    </message>
    <message>
        <source>Last trace %1: kept for %2 after it</source>
        <translation>最后使用记录 %1：之后保留 %2</translation>
    </message>
    <message>
        <source>One of %1 keys where at most %2 may be</source>
        <translation>共 %1 个密钥，至多允许 %2 个</translation>
    </message>
    <message>
        <source>The last key of %1</source>
        <translation>%1 的最后一个密钥</translation>
    </message>
    <message>
        <source>It may still live at the provider: revoke it</source>
        <translation>它在服务商处可能仍有效：请吊销</translation>
    </message>
    <message>
        <source>Still named by %1</source>
        <translation>仍被 %1 引用</translation>
    </message>
    <message>
        <source>The provider&apos;s list of %1: %2</source>
        <translation>%1 的服务商列表：%2</translation>
    </message>
    <message>
        <source>The provider does not take this key: it answered %1</source>
        <translation>服务商不接受此密钥：返回 %1</translation>
    </message>
    <message>
        <source>This is the key %1, which is held already: make a new one</source>
        <translation>这是已有的密钥 %1：请另建一个</translation>
    </message>
    <message>
        <source>This is the id of a key, not the key itself</source>
        <translation>这是密钥的编号，不是密钥本身</translation>
    </message>
    <message>
        <source>A person pasted the key</source>
        <translation>密钥由人粘贴</translation>
    </message>
    <message>
        <source>The provider&apos;s list of %1: only a person can see it, on the dashboard</source>
        <translation>%1 的服务商列表：只有人能在控制面板上查看</translation>
    </message>
    <message>
        <source>%1, which an earlier rotation left, is not used</source>
        <translation>%1（之前的轮换留下）已不再使用</translation>
    </message>
    <message>
        <source>%1 is revoked</source>
        <translation>%1 已吊销</translation>
    </message>
    <message>
        <source>%1 could not be revoked: %2</source>
        <translation>无法吊销 %1：%2</translation>
    </message>
    <message>
        <source>%1 is replaced but not revoked: %2</source>
        <translation>%1 已被替换但未吊销：%2</translation>
    </message>
    <message>
        <source>%1, which an earlier rotation left, is not revoked: %2</source>
        <translation>%1（之前的轮换留下）未能吊销：%2</translation>
    </message>
    <message>
        <source>Nobody can tell whether %1 is the current key: %2. Both keys stay, the gateways serve %3</source>
        <translation>无法确定 %1 是否已成为当前密钥：%2。两个密钥都保留，网关使用 %3</translation>
    </message>
    <message>
        <source>The old key could not get its share back: %1. Both keys stay, the gateways serve %2</source>
        <translation>旧密钥未能取回其份额：%1。两个密钥都保留，网关使用 %2</translation>
    </message>
    <message>
        <source>No request goes to the provider, so there is no ramp</source>
        <translation>没有请求发往该服务商，因此不做逐步加量</translation>
    </message>
    <message>
        <source>The provider has no API to make keys: waits for one made on its dashboard under the name %1</source>
        <translation>服务商没有创建密钥的接口：等待在其控制面板上以名称 %1 创建</translation>
    </message>
    <message>
        <source>The provider has no API to end keys: waits until %1 is ended on its dashboard</source>
        <translation>服务商没有停用密钥的接口：等待在其控制面板上停用 %1</translation>
    </message>
    <message>
        <source>No key was pasted: %1</source>
        <translation>没有粘贴密钥：%1</translation>
    </message>
    <message>
        <source>Nobody can tell whether the provider made %1: %2</source>
        <translation>无法确定服务商是否已创建 %1：%2</translation>
    </message>
    <message>
        <source>%1 is the current key, but the inventory does not say so: %2</source>
        <translation>%1 已是当前密钥，但清单未能记录：%2</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>Shadow</source>
        <translation>影子</translation>
    </message>
    <message>
        <source>Canary</source>
        <translation>金丝雀</translation>
    </message>
    <message>
        <source>Cutover</source>
        <translation>切换</translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation>重叠</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>已回滚</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未验证</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Ramping</source>
        <translation>爬升中</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Retired</source>
        <translation>已退役</translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Healthy</source>
        <translation>健康</translation>
    </message>
    <message>
        <source>Failing</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>Expires soon</source>
        <translation>即将到期</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Pass</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>Fail</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>Needs evidence</source>
        <translation>证据不足</translation>
    </message>
    <message>
        <source>Error rate</source>
        <translation>错误率</translation>
    </message>
    <message>
        <source>Added latency</source>
        <translation>增加的延迟</translation>
    </message>
    <message>
        <source>Divergence</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Shown to be below %1.</source>
        <translation>已证明低于 %1。</translation>
    </message>
    <message>
        <source>Shown to be above %1. The share is held; advance by hand or roll back.</source>
        <translation>已证明高于 %1。份额保持不变；请手动推进或回滚。</translation>
    </message>
    <message>
        <source>No requests yet.</source>
        <translation>尚无请求。</translation>
    </message>
    <message>
        <source>Not decided yet.</source>
        <translation>尚未决定。</translation>
    </message>
    <message numerus="yes">
        <source>%n more matching prompt(s) needed to show it is below %1.</source>
        <translation>
            <numerusform>还需 %n 条一致的提示词才能证明低于 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more request(s) a side needed to show it is below %1.</source>
        <translation>
            <numerusform>每侧还需 %n 个请求才能证明低于 %1。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more clean request(s) needed to show it is below %1.</source>
        <translation>
            <numerusform>还需 %n 个无错误的请求才能证明低于 %1。</numerusform>
        </translation>
    </message>
    <message>
        <source>Legacy</source>
        <translation>旧服务商</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Staging</source>
        <translation>预发布</translation>
    </message>
    <message>
        <source>Development</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>Serving</source>
        <translation>服务中</translation>
    </message>
    <message>
        <source>Behind</source>
        <translation>落后</translation>
    </message>
    <message>
        <source>Lease expired</source>
        <translation>租约到期</translation>
    </message>
    <message>
        <source>Gone</source>
        <translation>已离线</translation>
    </message>
    <message>
        <source>Cannot open %1</source>
        <translation>无法打开 %1</translation>
    </message>
    <message>
        <source>Canary at %1</source>
        <translation>金丝雀 %1</translation>
    </message>
    <message>
        <source>Cutover to 100 %</source>
        <translation>切换到 100 %</translation>
    </message>
    <message>
        <source>Overlap of old and new keys</source>
        <translation>新旧密钥重叠</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>已推进</translation>
    </message>
    <message>
        <source>Held: a gate failed</source>
        <translation>保持：有门禁未通过</translation>
    </message>
    <message>
        <source>Waiting for evidence</source>
        <translation>等待证据</translation>
    </message>
    <message>
        <source>Rolled back at once</source>
        <translation>立即回滚</translation>
    </message>
    <message>
        <source>Skipped by %1</source>
        <translation>由 %1 跳过</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>无法连接</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>未及时应答</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>The credentials were refused</source>
        <translation>凭据被拒绝</translation>
    </message>
    <message>
        <source>The credentials lack the right for this</source>
        <translation>凭据没有此权限</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation>请求过多</translation>
    </message>
    <message>
        <source>The quota is used up</source>
        <translation>配额已用尽</translation>
    </message>
    <message>
        <source>It exists already, or somebody else was faster</source>
        <translation>已存在，或被他人抢先</translation>
    </message>
    <message>
        <source>Something in the input is not right</source>
        <translation>输入有误</translation>
    </message>
    <message>
        <source>Vault is sealed</source>
        <translation>Vault 已封存</translation>
    </message>
    <message>
        <source>The keyring is locked</source>
        <translation>钥匙串已锁定</translation>
    </message>
    <message>
        <source>A service is not there</source>
        <translation>服务不可用</translation>
    </message>
    <message>
        <source>It is in use</source>
        <translation>正在使用中</translation>
    </message>
    <message>
        <source>The workspace was written by a newer Drover</source>
        <translation>工作区由更新版本的 Drover 写入</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>The other side answered something unexpected</source>
        <translation>对方的应答出乎意料</translation>
    </message>
    <message>
        <source>The disk did not do what was asked</source>
        <translation>磁盘操作失败</translation>
    </message>
    <message>
        <source>A defect in Drover</source>
        <translation>Drover 的缺陷</translation>
    </message>
    <message>
        <source>Check the address in Settings and that this machine can reach it, then try again.</source>
        <translation>请检查“设置”中的地址以及本机能否访问它，然后重试。</translation>
    </message>
    <message>
        <source>The service may be busy or hanging. Try again; nothing was changed.</source>
        <translation>服务可能繁忙或无响应。请重试；未作任何更改。</translation>
    </message>
    <message>
        <source>Check that the key or token is the right one for this place and has not been revoked.</source>
        <translation>请检查密钥或令牌是否适用于此处且未被吊销。</translation>
    </message>
    <message>
        <source>Ask whoever owns the account to grant it.</source>
        <translation>请让账户所有者授予权限。</translation>
    </message>
    <message>
        <source>Wait a moment and try again.</source>
        <translation>请稍后重试。</translation>
    </message>
    <message>
        <source>Top up the account, then try again.</source>
        <translation>请为账户充值后重试。</translation>
    </message>
    <message>
        <source>Refresh to see what stands there now.</source>
        <translation>请刷新查看当前内容。</translation>
    </message>
    <message>
        <source>Mend the named place and try again.</source>
        <translation>请修正所指之处后重试。</translation>
    </message>
    <message>
        <source>Unseal Vault, then try again.</source>
        <translation>请解封 Vault 后重试。</translation>
    </message>
    <message>
        <source>Unlock the keyring, then try again.</source>
        <translation>请解锁钥匙串后重试。</translation>
    </message>
    <message>
        <source>Start the service, or choose another one in Settings.</source>
        <translation>请启动该服务，或在“设置”中另选一个。</translation>
    </message>
    <message>
        <source>Close the program that holds it, or choose another port in Settings.</source>
        <translation>请关闭占用它的程序，或在“设置”中另选端口。</translation>
    </message>
    <message>
        <source>Update Drover to open it. Nothing was changed.</source>
        <translation>请更新 Drover 后再打开。未作任何更改。</translation>
    </message>
    <message>
        <source>Check the folder&apos;s rights and the free space.</source>
        <translation>请检查文件夹权限和剩余空间。</translation>
    </message>
    <message>
        <source>Check that the address in Settings is the right kind of service.</source>
        <translation>请检查“设置”中的地址是否为正确的服务。</translation>
    </message>
    <message>
        <source>Please report it with the details below.</source>
        <translation>请附上以下详情报告此问题。</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) ago</source>
        <translation>
            <numerusform>%n 秒前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>%n 分钟前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>%n 小时前</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n 天前</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 天</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 天 %2 小时</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM, HH:mm</source>
        <translation>M月d日 HH:mm</translation>
    </message>
    <message>
        <source>The rights to a file or folder are missing</source>
        <translation>缺少文件或文件夹的权限</translation>
    </message>
    <message>
        <source>Let this user read and write the named place, then try again. Nothing was changed there.</source>
        <translation>请让当前用户可以读写所指的位置，然后重试。该处未作任何更改。</translation>
    </message>
    <message>
        <source>%1: no evidence yet; limit %2</source>
        <translation>%1：尚无证据；上限 %2</translation>
    </message>
    <message>
        <source>%1: %2 on %3 requests or prompts, between %4 and %5 with 95 % confidence; limit %6</source>
        <translation>%1：%3 个请求或提示词上为 %2，95 % 置信区间 %4 至 %5；上限 %6</translation>
    </message>
    <message>
        <source>as much as on Legacy</source>
        <translation>与旧服务商相同</translation>
    </message>
    <message>
        <source>%1 less than on Legacy</source>
        <translation>比旧服务商少 %1</translation>
    </message>
    <message>
        <source>%1 more than on Legacy</source>
        <translation>比旧服务商多 %1</translation>
    </message>
    <message>
        <source>Not begun</source>
        <translation>尚未开始</translation>
    </message>
    <message>
        <source>Making the key</source>
        <translation>正在创建密钥</translation>
    </message>
    <message>
        <source>Storing it</source>
        <translation>正在保存</translation>
    </message>
    <message>
        <source>Verifying it</source>
        <translation>正在验证</translation>
    </message>
    <message>
        <source>Handing it over</source>
        <translation>正在交给网关</translation>
    </message>
    <message>
        <source>Ramp</source>
        <translation>逐步加量</translation>
    </message>
    <message>
        <source>Promoting it</source>
        <translation>正在提升为当前密钥</translation>
    </message>
    <message>
        <source>Revoking</source>
        <translation>正在吊销</translation>
    </message>
    <message>
        <source>Going back</source>
        <translation>正在退回</translation>
    </message>
    <message>
        <source>Looking for lost keys</source>
        <translation>正在查找遗失的密钥</translation>
    </message>
    <message>
        <source>In another store</source>
        <translation>在另一个密钥库中</translation>
    </message>
    <message>
        <source>Missing in the store</source>
        <translation>密钥库中缺失</translation>
    </message>
    <message>
        <source>Ended, but in the store still</source>
        <translation>已结束，但仍在密钥库中</translation>
    </message>
    <message>
        <source>The store has another secret</source>
        <translation>密钥库中的密钥值不同</translation>
    </message>
    <message>
        <source>In the store, not in the inventory</source>
        <translation>在密钥库中，不在清单中</translation>
    </message>
    <message>
        <source>Named as current, and not in use</source>
        <translation>被指为当前密钥，却未在使用</translation>
    </message>
    <message>
        <source>At the gateways, not in the inventory</source>
        <translation>在网关上，不在清单中</translation>
    </message>
    <message>
        <source>Ended, but at the gateways still</source>
        <translation>已结束，但仍在网关上</translation>
    </message>
    <message>
        <source>In use, but not at the gateways</source>
        <translation>正在使用，却不在网关上</translation>
    </message>
    <message>
        <source>Has a weight and is not in use</source>
        <translation>有权重，却未在使用</translation>
    </message>
    <message>
        <source>Deleted at the provider</source>
        <translation>在服务商处已删除</translation>
    </message>
    <message>
        <source>Expired at the provider</source>
        <translation>在服务商处已过期</translation>
    </message>
    <message>
        <source>Ended at the provider</source>
        <translation>在服务商处已结束</translation>
    </message>
    <message>
        <source>Revoked, but alive at the provider</source>
        <translation>已吊销，但在服务商处仍有效</translation>
    </message>
    <message>
        <source>At the provider, not in the inventory</source>
        <translation>在服务商处，不在清单中</translation>
    </message>
    <message>
        <source>OS keychain</source>
        <translation>系统钥匙串</translation>
    </message>
</context>
<context>
    <name>WorkspaceDialog</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Namespace</source>
        <translation>命名空间</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Mount</source>
        <translation>挂载点</translation>
    </message>
    <message>
        <source>token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>AppRole</source>
        <translation>AppRole</translation>
    </message>
    <message>
        <source>Role id</source>
        <translation>Role ID</translation>
    </message>
    <message>
        <source>Secret id</source>
        <translation>Secret ID</translation>
    </message>
    <message>
        <source>user name and password</source>
        <translation>用户名和密码</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Kubernetes</source>
        <translation>Kubernetes</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>JWT</source>
        <translation>JWT</translation>
    </message>
    <message>
        <source>browser (OIDC)</source>
        <translation>浏览器 (OIDC)</translation>
    </message>
    <message>
        <source>The mount&apos;s default</source>
        <translation>挂载点的默认值</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Access key id</source>
        <translation>访问密钥 ID</translation>
    </message>
    <message>
        <source>Secret access key</source>
        <translation>秘密访问密钥</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Service account key</source>
        <translation>服务账号密钥</translation>
    </message>
    <message>
        <source>Vault URL</source>
        <translation>保管库 URL</translation>
    </message>
    <message>
        <source>Tenant id</source>
        <translation>租户 ID</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>客户端 ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>客户端密码</translation>
    </message>
</context>
<context>
    <name>drover::gui::AboutDialog</name>
    <message>
        <source>About Drover</source>
        <translation>关于 Drover</translation>
    </message>
    <message>
        <source>Drover</source>
        <translation>Drover</translation>
    </message>
    <message>
        <source>Moves production LLM traffic from one provider to another, and can walk all of it back.</source>
        <translation>把生产环境的 LLM 流量从一个服务商迁到另一个，并且可以全部撤回。</translation>
    </message>
    <message>
        <source>The sources of Drover are under the Apache License 2.0. This program links Qt Charts, which is under the GNU General Public License 3, and is therefore conveyed as a whole under GPL-3.0.</source>
        <translation>Drover 的源代码采用 Apache License 2.0。本程序链接了采用 GNU 通用公共许可证第 3 版的 Qt Charts，因此整体以 GPL-3.0 发布。</translation>
    </message>
    <message>
        <source>Drover Sans is Inter by The Inter Project Authors, under the SIL Open Font License 1.1.</source>
        <translation>Drover Sans 即 The Inter Project Authors 的 Inter 字体，采用 SIL Open Font License 1.1。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Version %1, with Qt %2</source>
        <translation>版本 %1，Qt %2</translation>
    </message>
</context>
<context>
    <name>drover::gui::AddKeyDialog</name>
    <message>
        <source>Add key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the key</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>What you call it, for example production-1</source>
        <translation>您对它的称呼，例如 production-1</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Paste the key</source>
        <translation>粘贴密钥</translation>
    </message>
    <message>
        <source>Expires in</source>
        <translation>有效期</translation>
    </message>
    <message>
        <source>It does not expire</source>
        <translation>不过期</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>60 days</source>
        <translation>60 天</translation>
    </message>
    <message>
        <source>90 days</source>
        <translation>90 天</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>This does not look like a key</source>
        <translation>这看起来不像密钥</translation>
    </message>
    <message>
        <source>Unusual for %1</source>
        <translation>对 %1 来说不常见</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>It is kept in the secret store, and is masked everywhere else.</source>
        <translation>它保存在密钥库中，其他各处一律遮蔽。</translation>
    </message>
</context>
<context>
    <name>drover::gui::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>drover::gui::CalendarStrip</name>
    <message>
        <source>Calendar of the policy</source>
        <translation>策略日历</translation>
    </message>
</context>
<context>
    <name>drover::gui::CandidateTableModel</name>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>密钥值</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Held as %1</source>
        <translation>已存为 %1</translation>
    </message>
</context>
<context>
    <name>drover::gui::CheckDialog</name>
    <message>
        <source>Check the keys</source>
        <translation>检查密钥</translation>
    </message>
    <message>
        <source>Compares the inventory with the secret store, the gateways and the providers&apos; own lists. Nothing is changed by looking.</source>
        <translation>将清单与密钥库、网关和服务商自己的列表对照。查看不会改动任何内容。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Keys that have ended</source>
        <translation>已结束的密钥</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>正在查询…</translation>
    </message>
    <message>
        <source>Not compared</source>
        <translation>未对照</translation>
    </message>
    <message>
        <source>Not looked at</source>
        <translation>未查看</translation>
    </message>
    <message>
        <source>All %1 keys agree.</source>
        <translation>全部 %1 个密钥一致。</translation>
    </message>
    <message>
        <source>%1 differences in %2 keys.</source>
        <translation>%2 个密钥中有 %1 处差异。</translation>
    </message>
    <message>
        <source>Not compared: %1</source>
        <translation>未对照：%1</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>没有。</translation>
    </message>
    <message>
        <source>An ended key is kept for %1 after its last trace.</source>
        <translation>已结束的密钥在最后一次使用记录后保留 %1。</translation>
    </message>
    <message numerus="yes">
        <source>Forget %n key(s)</source>
        <translation>
            <numerusform>清除 %n 个密钥</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::CloseDialog</name>
    <message>
        <source>Close the console</source>
        <translation>关闭控制台</translation>
    </message>
    <message>
        <source>This console controls the running migration</source>
        <translation>正在进行的迁移由本控制台控制</translation>
    </message>
    <message>
        <source>Pause notes in the journal that a person stopped it here; the lease ends all the same.</source>
        <translation>“暂停”会在日志中记下是有人在此停下的；租约仍会到期。</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>Pause and close</source>
        <translation>暂停并关闭</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nobody renews its lease then: it ends in %1, and all new requests go to Legacy. Resume, here or by droverctl, brings the share back.</source>
        <translation>关闭后无人续租：%1 后租约到期，所有新请求都将发往旧服务商。在此或用 droverctl 点“继续”可恢复份额。</translation>
    </message>
    <message>
        <source>It stands still then, and the share stays as it is, until it is resumed here or by droverctl.</source>
        <translation>关闭后迁移停在原处，份额保持不变，直到在此或用 droverctl 继续。</translation>
    </message>
</context>
<context>
    <name>drover::gui::Commands</name>
    <message>
        <source>The migration has begun.</source>
        <translation>迁移已开始。</translation>
    </message>
    <message>
        <source>Advance to the next step?</source>
        <translation>推进到下一步？</translation>
    </message>
    <message>
        <source>Advance</source>
        <translation>推进</translation>
    </message>
    <message>
        <source>Advanced.</source>
        <translation>已推进。</translation>
    </message>
    <message>
        <source>Paused. The share is held.</source>
        <translation>已暂停，份额保持不变。</translation>
    </message>
    <message>
        <source>Resumed.</source>
        <translation>已继续。</translation>
    </message>
    <message>
        <source>Roll back to Legacy?</source>
        <translation>回滚到旧服务商？</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>Rolled back. All new requests go to Legacy.</source>
        <translation>已回滚。所有新请求都发往旧服务商。</translation>
    </message>
    <message>
        <source>%1: %2. %3</source>
        <translation>%1：%2。%3</translation>
    </message>
    <message>
        <source>The migration went on meanwhile; nothing was ordered.</source>
        <translation>迁移在此期间已前进；未下达任何指令。</translation>
    </message>
    <message>
        <source>Next: %1.</source>
        <translation>下一步：%1。</translation>
    </message>
    <message>
        <source>These gates have not passed and would be skipped:</source>
        <translation>以下门禁尚未通过，将被跳过：</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>HolySheep goes from %1 to 0 % at once, for new requests.</source>
        <translation>新请求中 HolySheep 的份额立即从 %1 降为 0 %。</translation>
    </message>
    <message>
        <source>HolySheep goes to 0 % at once, for new requests.</source>
        <translation>新请求中 HolySheep 的份额立即降为 0 %。</translation>
    </message>
    <message>
        <source>Streams that have begun end where they are. This migration is over then; a new one begins with the shadow phase.</source>
        <translation>已开始的流在原处结束。本次迁移随之终止；新的迁移从影子阶段开始。</translation>
    </message>
    <message>
        <source>%1 is on its way already.</source>
        <translation>“%1”已在执行中。</translation>
    </message>
    <message>
        <source>%1: not yet. One like it is on its way still.</source>
        <translation>“%1”：请稍候，同类操作仍在执行中。</translation>
    </message>
    <message>
        <source>Stop the gateway %1?</source>
        <translation>停止网关 %1？</translation>
    </message>
    <message>
        <source>It takes no new requests, finishes those it has, and ends. Clients that know no other gateway get no answers.</source>
        <translation>它不再接收新请求，处理完已有请求后结束。不知道其他网关的客户端将得不到回答。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop %1</source>
        <translation>停止 %1</translation>
    </message>
    <message>
        <source>%1 has stopped.</source>
        <translation>%1 已停止。</translation>
    </message>
    <message>
        <source>Revoke the token of %1?</source>
        <translation>吊销 %1 的令牌？</translation>
    </message>
    <message>
        <source>Every client that uses it is turned away within a second. It cannot be brought back; a new token has another text.</source>
        <translation>使用它的所有客户端将在一秒内被拒绝。无法恢复；新令牌的内容不同。</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>Revoke %1</source>
        <translation>吊销 %1</translation>
    </message>
    <message>
        <source>The token of %1 is revoked.</source>
        <translation>%1 的令牌已吊销。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) imported. Verify them next.</source>
        <translation>
            <numerusform>已导入 %n 个密钥。接下来请验证。</numerusform>
        </translation>
    </message>
    <message>
        <source>Revoke the key %1?</source>
        <translation>吊销密钥 %1？</translation>
    </message>
    <message>
        <source>It ends at %1 for everybody who uses it, here or elsewhere, and cannot be brought back. A key in use is refused: rotate it instead.</source>
        <translation>它在 %1 对所有使用者（此处与别处）一律失效，且无法恢复。正在使用的密钥会被拒绝吊销：请改为轮换。</translation>
    </message>
    <message>
        <source>Type the key&apos;s name, %1, to go on.</source>
        <translation>请输入密钥名称 %1 以继续。</translation>
    </message>
    <message>
        <source>The key %1 is revoked.</source>
        <translation>密钥 %1 已吊销。</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) forgotten.</source>
        <translation>
            <numerusform>已清除 %n 个密钥。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::ComparisonTableModel</name>
    <message>
        <source>%1 points</source>
        <translation>%1 个百分点</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答数</translation>
    </message>
    <message>
        <source>First byte, plain, %1</source>
        <translation>首字节（非流式），%1</translation>
    </message>
    <message>
        <source>First byte, streamed, %1</source>
        <translation>首字节（流式），%1</translation>
    </message>
    <message>
        <source>Whole answer, %1</source>
        <translation>完整回答，%1</translation>
    </message>
    <message>
        <source>Length in tokens, %1</source>
        <translation>长度（token），%1</translation>
    </message>
    <message>
        <source>Finished by %1</source>
        <translation>结束原因 %1</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Before, on Legacy</source>
        <translation>切换前（旧服务商）</translation>
    </message>
    <message>
        <source>After, on HolySheep</source>
        <translation>切换后（HolySheep）</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
</context>
<context>
    <name>drover::gui::ConsentStep</name>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Prompts leave for another provider.</source>
        <translation>提示词将发往另一个服务商。</translation>
    </message>
    <message>
        <source>In the shadow phase a copy of each sampled prompt goes to HolySheep.</source>
        <translation>影子阶段，每条被抽样的提示词都会有一份副本发往 HolySheep。</translation>
    </message>
    <message>
        <source>Prompts may go to HolySheep. I may decide this for this workspace.</source>
        <translation>提示词可以发往 HolySheep。我有权为此工作区作此决定。</translation>
    </message>
    <message>
        <source>Prompts may go to HolySheep</source>
        <translation>提示词可以发往 HolySheep</translation>
    </message>
    <message>
        <source>%1 of the client requests are mirrored while the shadow phase lasts; %2 of those ask Legacy twice, to know its own noise. Clients get Legacy&apos;s answer and never wait for the copy. From the canary on, the share of each step goes to HolySheep for good.</source>
        <translation>影子阶段会镜像 %1 的客户端请求；其中 %2 会向旧服务商询问两次，以了解其自身噪声。客户端得到旧服务商的回答，从不等待副本。从金丝雀阶段起，每一步的份额将真正发往 HolySheep。</translation>
    </message>
    <message>
        <source>A sandbox workspace needs none: its prompts are made up and stay on this machine.</source>
        <translation>沙盒工作区无需同意：提示词是虚构的，且不离开本机。</translation>
    </message>
    <message>
        <source>Given by %1 on %2.</source>
        <translation>由 %1 于 %2 给出。</translation>
    </message>
    <message>
        <source>It is kept for this workspace and written into the audit.</source>
        <translation>将为此工作区保存并写入审计。</translation>
    </message>
</context>
<context>
    <name>drover::gui::CostChart</name>
    <message>
        <source>not known yet</source>
        <translation>尚未知</translation>
    </message>
    <message>
        <source>Legacy %1, HolySheep %2</source>
        <translation>旧服务商 %1，HolySheep %2</translation>
    </message>
</context>
<context>
    <name>drover::gui::CostTableModel</name>
    <message>
        <source>no price</source>
        <translation>无价格</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Input tokens</source>
        <translation>输入 token</translation>
    </message>
    <message>
        <source>Output tokens</source>
        <translation>输出 token</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>费用</translation>
    </message>
    <message>
        <source>All on Legacy</source>
        <translation>全部用旧服务商</translation>
    </message>
    <message>
        <source>All on HolySheep</source>
        <translation>全部用 HolySheep</translation>
    </message>
    <message>
        <source>%1 cached</source>
        <translation>缓存 %1</translation>
    </message>
</context>
<context>
    <name>drover::gui::CostsPage</name>
    <message>
        <source>Projected over 30 days</source>
        <translation>30 天预测</translation>
    </message>
    <message>
        <source>Costs by model</source>
        <translation>按模型的费用</translation>
    </message>
    <message>
        <source>So far, as it was split</source>
        <translation>至今（按实际分配）</translation>
    </message>
    <message>
        <source>So far, all on Legacy</source>
        <translation>至今（全部用旧服务商）</translation>
    </message>
    <message>
        <source>So far, all on HolySheep</source>
        <translation>至今（全部用 HolySheep）</translation>
    </message>
    <message>
        <source>Saving over 30 days</source>
        <translation>30 天节省</translation>
    </message>
    <message>
        <source>No requests yet</source>
        <translation>尚无请求</translation>
    </message>
    <message>
        <source>Costs are counted from the gateways&apos; request log, token by token.</source>
        <translation>费用由网关的请求日志逐个 token 计算。</translation>
    </message>
    <message>
        <source>in %1 of traffic</source>
        <translation>流量时长 %1</translation>
    </message>
    <message>
        <source>no traffic yet</source>
        <translation>尚无流量</translation>
    </message>
    <message>
        <source>At the rate seen so far</source>
        <translation>按目前的速率</translation>
    </message>
    <message>
        <source>Needs a minute of traffic</source>
        <translation>需要一分钟的流量</translation>
    </message>
    <message>
        <source>needs a minute of traffic</source>
        <translation>需要一分钟的流量</translation>
    </message>
    <message>
        <source>List prices: %1 and %2. Estimates, not invoices. Mirrored calls and second answers of the shadow phase come on top: they are in no sum here.</source>
        <translation>目录价：%1 和 %2。仅为估算，不是账单。影子阶段的镜像调用和二次询问另行计费，不含在此处的任何合计中。</translation>
    </message>
    <message>
        <source>Extra cost over 30 days</source>
        <translation>30 天多付</translation>
    </message>
    <message>
        <source>%1 (in neither book)</source>
        <translation>%1（两份价目表中都没有）</translation>
    </message>
    <message>
        <source>%1 (not in Legacy&apos;s book)</source>
        <translation>%1（不在旧服务商的价目表中）</translation>
    </message>
    <message>
        <source>%1 (not in HolySheep&apos;s book)</source>
        <translation>%1（不在 HolySheep 的价目表中）</translation>
    </message>
    <message>
        <source>Some models are in no sum</source>
        <translation>部分模型未计入合计</translation>
    </message>
    <message>
        <source>Without a price in both books they cannot be compared: %1</source>
        <translation>两份价目表中缺少其价格，无法比较：%1</translation>
    </message>
    <message>
        <source>by the price book %1</source>
        <translation>按价目 %1</translation>
    </message>
</context>
<context>
    <name>drover::gui::CutoverCard</name>
    <message>
        <source>Before and after the cutover</source>
        <translation>切换前后对比</translation>
    </message>
    <message>
        <source>First byte, streamed</source>
        <translation>首字节（流式）</translation>
    </message>
    <message>
        <source>First byte, plain</source>
        <translation>首字节（非流式）</translation>
    </message>
    <message>
        <source>Whole answer</source>
        <translation>完整回答</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Measures before and after the cutover</source>
        <translation>切换前后的各项指标</translation>
    </message>
    <message>
        <source>%1 answers by Legacy before, %2 by HolySheep since</source>
        <translation>切换前旧服务商 %1 个回答，切换后 HolySheep %2 个</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
</context>
<context>
    <name>drover::gui::DecisionTableModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Gates</source>
        <translation>门禁</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>drover::gui::DistributionChart</name>
    <message>
        <source>Distribution before and after the cutover</source>
        <translation>切换前后的分布</translation>
    </message>
    <message>
        <source>Before, on Legacy</source>
        <translation>切换前（旧服务商）</translation>
    </message>
    <message>
        <source>After, on HolySheep</source>
        <translation>切换后（HolySheep）</translation>
    </message>
</context>
<context>
    <name>drover::gui::DriftTableModel</name>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>该怎么做</translation>
    </message>
</context>
<context>
    <name>drover::gui::GateCard</name>
    <message>
        <source>%1 prompts</source>
        <translation>%1 条提示词</translation>
    </message>
    <message>
        <source>%1 requests</source>
        <translation>%1 个请求</translation>
    </message>
    <message>
        <source>no evidence yet</source>
        <translation>尚无证据</translation>
    </message>
    <message>
        <source>%1 to %2 · %3</source>
        <translation>%1 至 %2 · %3</translation>
    </message>
    <message>
        <source>%1: %2. %3</source>
        <translation>%1：%2。%3</translation>
    </message>
</context>
<context>
    <name>drover::gui::GateScale</name>
    <message>
        <source>limit %1</source>
        <translation>上限 %1</translation>
    </message>
</context>
<context>
    <name>drover::gui::GatewayTableModel</name>
    <message>
        <source>Gateway</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>代</translation>
    </message>
    <message>
        <source>In flight</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>最近出现</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>应为 %1</translation>
    </message>
</context>
<context>
    <name>drover::gui::GatewaysPage</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start a gateway</source>
        <translation>启动网关</translation>
    </message>
    <message>
        <source>Gateways</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Client tokens</source>
        <translation>客户端令牌</translation>
    </message>
    <message>
        <source>Clients of the gateways authenticate with these.</source>
        <translation>网关的客户端以此认证。</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>New token</source>
        <translation>新建令牌</translation>
    </message>
    <message>
        <source>No gateway is running</source>
        <translation>没有正在运行的网关</translation>
    </message>
    <message>
        <source>Clients send their requests to a gateway; it carries them to the provider. Start one on this machine, or more of them elsewhere.</source>
        <translation>客户端把请求发给网关，由网关转发给服务商。可在本机启动一个，也可在别处启动多个。</translation>
    </message>
    <message>
        <source>No client tokens yet</source>
        <translation>尚无客户端令牌</translation>
    </message>
    <message>
        <source>A gateway lets nobody in without one.</source>
        <translation>没有令牌，网关不放行任何人。</translation>
    </message>
    <message>
        <source>%1 of %2 live gateways serve generation %3</source>
        <translation>%2 个在线网关中有 %1 个服务第 %3 代</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>drover::gui::HistoryTableModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>已做的事</translation>
    </message>
</context>
<context>
    <name>drover::gui::ImportDialog</name>
    <message>
        <source>Import keys</source>
        <translation>导入密钥</translation>
    </message>
    <message>
        <source>Looks for keys where they lie today. What you choose is copied to the secret store; nothing is written where it came from.</source>
        <translation>在密钥目前所在之处查找。您选中的会复制到密钥库；来源处不写入任何内容。</translation>
    </message>
    <message>
        <source>Where from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Keys found</source>
        <translation>找到的密钥</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>As suggested</source>
        <translation>按建议</translation>
    </message>
    <message>
        <source>File with keys</source>
        <translation>含密钥的文件</translation>
    </message>
    <message>
        <source>Does not look like a key: %1</source>
        <translation>看起来不像密钥：%1</translation>
    </message>
    <message>
        <source>No key was found there</source>
        <translation>那里没有找到密钥</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) could not be taken</source>
        <translation>
            <numerusform>%n 个密钥未能导入</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message numerus="yes">
        <source>Import %n key(s)</source>
        <translation>
            <numerusform>导入 %n 个密钥</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::KeyTableModel</name>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Health, errors</source>
        <translation>健康、错误率</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>%1 of all</source>
        <translation>占全部 %1</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>%1 后</translation>
    </message>
    <message>
        <source>Rotation: %1</source>
        <translation>轮换：%1</translation>
    </message>
</context>
<context>
    <name>drover::gui::KeysPage</name>
    <message>
        <source>Search the keys</source>
        <translation>搜索密钥</translation>
    </message>
    <message>
        <source>Search by name, id or provider</source>
        <translation>按名称、编号或服务商搜索</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Add key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Key inventory</source>
        <translation>密钥清单</translation>
    </message>
    <message>
        <source>Created by</source>
        <translation>创建者</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Latency p95</source>
        <translation>延迟 p95</translation>
    </message>
    <message>
        <source>Kept in</source>
        <translation>保存于</translation>
    </message>
    <message>
        <source>No keys yet</source>
        <translation>尚无密钥</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Not handed to the gateways yet</source>
        <translation>尚未交给网关</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>尚未</translation>
    </message>
    <message>
        <source>Find leaks</source>
        <translation>查找泄露</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Rotate</source>
        <translation>轮换</translation>
    </message>
    <message>
        <source>Show secret</source>
        <translation>显示密钥值</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check the keys</source>
        <translation>检查密钥</translation>
    </message>
    <message>
        <source>Add one key for each provider. It goes to the secret store, and is masked everywhere else.</source>
        <translation>为每个服务商添加一个密钥。它保存到密钥库，其他各处一律遮蔽。</translation>
    </message>
    <message numerus="yes">
        <source>%n other rotation(s) have not ended either.</source>
        <translation>
            <numerusform>另有 %n 个轮换尚未结束。</numerusform>
        </translation>
    </message>
    <message>
        <source>The rotation of %1 waits for you</source>
        <translation>%1 的轮换在等您</translation>
    </message>
    <message>
        <source>A key is made or ended by hand on the provider&apos;s dashboard.</source>
        <translation>需要在服务商的控制面板上手动创建或停用密钥。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>%1: the old key lives on until %2</source>
        <translation>%1：旧密钥保留到 %2</translation>
    </message>
    <message>
        <source>Then an agent, or Go on, revokes it once nothing uses it any more.</source>
        <translation>之后确认不再使用时，由代理或“继续”将其吊销。</translation>
    </message>
    <message>
        <source>Now: %1.</source>
        <translation>当前：%1。</translation>
    </message>
    <message>
        <source>The key of %1 is being rotated here</source>
        <translation>正在此处轮换 %1 的密钥</translation>
    </message>
    <message>
        <source>The rotation of %1 has not ended</source>
        <translation>%1 的轮换尚未结束</translation>
    </message>
    <message>
        <source>Another process may be at it. If none is, Go on takes it up where the journal ends.</source>
        <translation>可能有其他进程正在处理。若没有，“继续”会从日志记录处接着执行。</translation>
    </message>
</context>
<context>
    <name>drover::gui::KeysStep</name>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>What the gateways authenticate with: one verified key for each provider.</source>
        <translation>网关用以认证：每个服务商一个已验证的密钥。</translation>
    </message>
    <message>
        <source>Keys of both providers</source>
        <translation>两个服务商的密钥</translation>
    </message>
    <message>
        <source>Add key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Both providers have a verified key</source>
        <translation>两个服务商都有已验证的密钥</translation>
    </message>
    <message>
        <source>No verified key for %1</source>
        <translation>%1 没有已验证的密钥</translation>
    </message>
    <message>
        <source>Add one, or verify one that is there.</source>
        <translation>请添加一个，或验证已有的密钥。</translation>
    </message>
</context>
<context>
    <name>drover::gui::LatencyChart</name>
    <message>
        <source>Latency over time</source>
        <translation>延迟随时间的变化</translation>
    </message>
</context>
<context>
    <name>drover::gui::LatencyPage</name>
    <message>
        <source>Time to the first byte</source>
        <translation>首字节时间</translation>
    </message>
    <message>
        <source>p50</source>
        <translation>p50</translation>
    </message>
    <message>
        <source>p95</source>
        <translation>p95</translation>
    </message>
    <message>
        <source>p99</source>
        <translation>p99</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>Latency by provider</source>
        <translation>各服务商的延迟</translation>
    </message>
    <message>
        <source>No traffic yet</source>
        <translation>尚无流量</translation>
    </message>
    <message>
        <source>The curve begins with the first request through a gateway.</source>
        <translation>曲线从经过网关的第一个请求开始。</translation>
    </message>
</context>
<context>
    <name>drover::gui::LatencyTableModel</name>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>p50, last minute</source>
        <translation>近一分钟 p50</translation>
    </message>
    <message>
        <source>p95, last minute</source>
        <translation>近一分钟 p95</translation>
    </message>
    <message>
        <source>p99, last minute</source>
        <translation>近一分钟 p99</translation>
    </message>
    <message>
        <source>Clients&apos; requests</source>
        <translation>客户端请求</translation>
    </message>
    <message>
        <source>All attempts</source>
        <translation>全部尝试</translation>
    </message>
</context>
<context>
    <name>drover::gui::LeakTableModel</name>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>密钥值</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>%1, line %2</source>
        <translation>%1，第 %2 行</translation>
    </message>
    <message>
        <source>Not in the inventory</source>
        <translation>不在清单中</translation>
    </message>
</context>
<context>
    <name>drover::gui::MainWindow</name>
    <message>
        <source>A key rotation runs in this console</source>
        <translation>本控制台正在轮换密钥</translation>
    </message>
    <message>
        <source>It stops where it is, and nothing is lost: no key in use is taken away. An agent goes on with it, or you do, here under Rotate.</source>
        <translation>轮换会停在当前步骤，不会丢失任何内容，正在使用的密钥也不会被收回。之后由代理继续，或由您在此处通过“轮换”继续。</translation>
    </message>
    <message>
        <source>Close all the same</source>
        <translation>仍要关闭</translation>
    </message>
    <message>
        <source>Drover</source>
        <translation>Drover</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>切换浅色与深色</translation>
    </message>
    <message>
        <source>About Drover</source>
        <translation>关于 Drover</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>%1 – Drover</source>
        <translation>%1 – Drover</translation>
    </message>
    <message>
        <source>Sandbox workspace</source>
        <translation>沙盒工作区</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙盒</translation>
    </message>
    <message>
        <source>All traffic back to Legacy at once (%1)</source>
        <translation>立即将全部流量切回旧服务商（%1）</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>尚不清楚</translation>
    </message>
    <message>
        <source>The figures are as of %1.</source>
        <translation>数据截至 %1。</translation>
    </message>
    <message>
        <source>Nothing is known of a migration yet.</source>
        <translation>尚不知道是否有迁移。</translation>
    </message>
    <message>
        <source>The migration&apos;s state cannot be read: %1</source>
        <translation>无法读取迁移状态：%1</translation>
    </message>
    <message>
        <source>No answer about the migration&apos;s state; still asking</source>
        <translation>迁移状态尚无应答；仍在询问</translation>
    </message>
    <message>
        <source>%1 · as of %2</source>
        <translation>%1 · 截至 %2</translation>
    </message>
    <message>
        <source>%1 failed: %2</source>
        <translation>“%1”失败：%2</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>The key %1 is being revoked</source>
        <translation>正在吊销密钥 %1</translation>
    </message>
    <message>
        <source>It stops where it is: the key may have ended at its provider by then, or not. Revoke it again later, and that goes on from there.</source>
        <translation>吊销会停在当前步骤：此时密钥在服务商可能已失效，也可能没有。稍后再次吊销即可从该处继续。</translation>
    </message>
</context>
<context>
    <name>drover::gui::MigrationPage</name>
    <message>
        <source>New migration</source>
        <translation>新建迁移</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Advance</source>
        <translation>推进</translation>
    </message>
    <message>
        <source>Share of HolySheep</source>
        <translation>HolySheep 份额</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>请求数</translation>
    </message>
    <message>
        <source>–</source>
        <translation>–</translation>
    </message>
    <message>
        <source>Client failures</source>
        <translation>客户端失败</translation>
    </message>
    <message>
        <source>Gateways serving</source>
        <translation>服务中的网关</translation>
    </message>
    <message>
        <source>Lease</source>
        <translation>租约</translation>
    </message>
    <message>
        <source>Gates</source>
        <translation>门禁</translation>
    </message>
    <message>
        <source>Key rotation</source>
        <translation>密钥轮换</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Decisions of the gates</source>
        <translation>门禁的决定</translation>
    </message>
    <message>
        <source>Canary, step %1 of %2</source>
        <translation>金丝雀，第 %1 步（共 %2 步）</translation>
    </message>
    <message>
        <source>No migration has run yet</source>
        <translation>尚未进行过迁移</translation>
    </message>
    <message>
        <source>It takes the traffic over in small steps: a shadow that clients never see, a canary, the cutover. Every step passes its gates first, and the way back is one click.</source>
        <translation>流量以小步迁移：客户端看不到的影子、金丝雀、最后切换。每一步都须先通过门禁，一键即可返回。</translation>
    </message>
    <message>
        <source>generation %1</source>
        <translation>第 %1 代</translation>
    </message>
    <message>
        <source>Served by sticky keys: %1</source>
        <translation>按粘性键实际份额：%1</translation>
    </message>
    <message>
        <source>No sticky keys seen on this step yet</source>
        <translation>此步骤尚未看到粘性键</translation>
    </message>
    <message>
        <source>None yet: a gate is judged when its step&apos;s time is over.</source>
        <translation>尚无：步骤时间结束后才评判门禁。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>none in this phase</source>
        <translation>此阶段无</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已到期</translation>
    </message>
    <message>
        <source>%1 of %2 left</source>
        <translation>剩余 %1（共 %2）</translation>
    </message>
    <message>
        <source>This phase has none.</source>
        <translation>此阶段没有门禁。</translation>
    </message>
    <message>
        <source>All must pass before the next step.</source>
        <translation>全部通过后才能进入下一步。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>New key %1 at weight %2</source>
        <translation>新密钥 %1，权重 %2</translation>
    </message>
    <message>
        <source>Looking for a migration …</source>
        <translation>正在查找迁移 …</translation>
    </message>
    <message>
        <source>The journal of the workspace is being read.</source>
        <translation>正在读取工作区的日志。</translation>
    </message>
</context>
<context>
    <name>drover::gui::MigrationWizard</name>
    <message>
        <source>New migration</source>
        <translation>新建迁移</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Start the migration</source>
        <translation>开始迁移</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>drover::gui::OrderDialog</name>
    <message>
        <source>Order</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>Name of the workspace</source>
        <translation>工作区名称</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Goes into the audit</source>
        <translation>将写入审计</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>This is production. Type the workspace&apos;s name, %1, to go on.</source>
        <translation>这是生产环境。请输入工作区名称 %1 以继续。</translation>
    </message>
    <message>
        <source>Needed: it goes into the audit</source>
        <translation>必填：将写入审计</translation>
    </message>
</context>
<context>
    <name>drover::gui::OverviewPage</name>
    <message>
        <source>Migration</source>
        <translation>迁移</translation>
    </message>
    <message>
        <source>Open the board</source>
        <translation>打开看板</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>查看全部</translation>
    </message>
    <message>
        <source>Show all keys</source>
        <translation>查看全部密钥</translation>
    </message>
    <message>
        <source>Gateways</source>
        <translation>网关</translation>
    </message>
    <message>
        <source>Show all gateways</source>
        <translation>查看全部网关</translation>
    </message>
    <message>
        <source>Requests, last 5 min</source>
        <translation>请求数（最近 5 分钟）</translation>
    </message>
    <message>
        <source>Time to first byte, p95</source>
        <translation>首字节时间 p95</translation>
    </message>
    <message>
        <source>Errors, last 5 min</source>
        <translation>错误（最近 5 分钟）</translation>
    </message>
    <message>
        <source>Saving over 30 days</source>
        <translation>30 天节省</translation>
    </message>
    <message>
        <source>Ready to move</source>
        <translation>准备就绪</translation>
    </message>
    <message>
        <source>Keys are verified and a gateway serves? Then plan the migration: nothing changes before you start it.</source>
        <translation>密钥已验证、网关已在服务？那就规划迁移吧：开始之前什么都不会改变。</translation>
    </message>
    <message>
        <source>New migration</source>
        <translation>新建迁移</translation>
    </message>
    <message>
        <source>The migration is done</source>
        <translation>迁移已完成</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>下一步：%1</translation>
    </message>
    <message>
        <source>All gates pass.</source>
        <translation>全部门禁已通过。</translation>
    </message>
    <message numerus="yes">
        <source>%n gate(s) still open.</source>
        <translation>
            <numerusform>还有 %n 个门禁未通过。</numerusform>
        </translation>
    </message>
    <message>
        <source>no traffic yet</source>
        <translation>尚无流量</translation>
    </message>
    <message>
        <source>needs a minute of traffic</source>
        <translation>需要一分钟的流量</translation>
    </message>
    <message>
        <source>from %1 to %2</source>
        <translation>从 %1 降到 %2</translation>
    </message>
    <message>
        <source>No keys yet. Add one for each provider on the Keys page.</source>
        <translation>尚无密钥。请在“密钥”页为每个服务商添加一个。</translation>
    </message>
    <message>
        <source>generation %1</source>
        <translation>第 %1 代</translation>
    </message>
    <message>
        <source>No gateway is running. Start one on the Gateways page.</source>
        <translation>没有正在运行的网关。请在“网关”页启动一个。</translation>
    </message>
    <message>
        <source>Looking for a migration …</source>
        <translation>正在查找迁移 …</translation>
    </message>
    <message>
        <source>The journal of the workspace is being read.</source>
        <translation>正在读取工作区的日志。</translation>
    </message>
    <message>
        <source>This phase has no gates; its time alone counts.</source>
        <translation>此阶段没有门禁，只看时间。</translation>
    </message>
    <message>
        <source>%1 of %2 attempts, mirrored included</source>
        <translation>%2 次尝试（含镜像）中 %1 次</translation>
    </message>
    <message>
        <source>First byte, p95, %1</source>
        <translation>首字节 p95，%1</translation>
    </message>
    <message>
        <source>no traffic in the last minute</source>
        <translation>最近一分钟没有流量</translation>
    </message>
    <message>
        <source>last minute: %1</source>
        <translation>最近一分钟：%1</translation>
    </message>
    <message>
        <source>Extra cost over 30 days</source>
        <translation>30 天多付</translation>
    </message>
</context>
<context>
    <name>drover::gui::Page</name>
    <message>
        <source>Still asking …</source>
        <translation>仍在询问 …</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在加载 …</translation>
    </message>
</context>
<context>
    <name>drover::gui::PhaseTimeline</name>
    <message>
        <source>Phases of the migration</source>
        <translation>迁移阶段</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>自 %1 起</translation>
    </message>
</context>
<context>
    <name>drover::gui::PolicyStep</name>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>How long each step lasts at least, and what it must show.</source>
        <translation>每一步至少持续多久，必须证明什么。</translation>
    </message>
    <message>
        <source>Playbook: days of evidence</source>
        <translation>手册：数天的证据</translation>
    </message>
    <message>
        <source>Playbook policy</source>
        <translation>手册策略</translation>
    </message>
    <message>
        <source>Rehearsal: seconds, for the sandbox</source>
        <translation>演练：数秒，用于沙盒</translation>
    </message>
    <message>
        <source>Rehearsal policy</source>
        <translation>演练策略</translation>
    </message>
    <message>
        <source>Calendar</source>
        <translation>日历</translation>
    </message>
    <message>
        <source>At the earliest, if every gate passes in time</source>
        <translation>若所有门禁按时通过，最早为</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>What the playbook says</source>
        <translation>手册的说法</translation>
    </message>
    <message>
        <source>Shadow in week 1, canary in weeks 2 and 3, cutover in week 4, old keys for 7 more days; and again &quot;less than two weeks&quot; at its end. Its own steps of 5 % for 48 h and then 20 % a day reach 100 % after 6 days: the calendar above is what they add up to.</source>
        <translation>第 1 周影子，第 2、3 周金丝雀，第 4 周切换，旧密钥再保留 7 天；文末又说“不到两周”。按其自身的步骤，5 % 持续 48 小时，之后每天 20 %，6 天后达到 100 %：上方日历即为其总和。</translation>
    </message>
    <message>
        <source>Divergence below %1 above Legacy&apos;s own noise</source>
        <translation>差异不超过旧服务商自身噪声 %1</translation>
    </message>
    <message>
        <source>Added latency below %1</source>
        <translation>增加的延迟低于 %1</translation>
    </message>
    <message>
        <source>Error rate below %1; above %2 it rolls back at once</source>
        <translation>错误率低于 %1；高于 %2 立即回滚</translation>
    </message>
    <message>
        <source>%1 of the requests are mirrored in the shadow phase</source>
        <translation>影子阶段镜像 %1 的请求</translation>
    </message>
    <message>
        <source>%1 to go back after the cutover, then %2 of overlap</source>
        <translation>切换后 %1 内可返回，随后重叠 %2</translation>
    </message>
    <message>
        <source>From a file:</source>
        <translation>来自文件：</translation>
    </message>
    <message>
        <source>Policy from a file</source>
        <translation>来自文件的策略</translation>
    </message>
    <message>
        <source>File of the policy</source>
        <translation>策略文件</translation>
    </message>
</context>
<context>
    <name>drover::gui::PruneTableModel</name>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Is forgotten</source>
        <translation>将清除</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>drover::gui::RevealDialog</name>
    <message>
        <source>Show the secret</source>
        <translation>显示密钥值</translation>
    </message>
    <message>
        <source>The key&apos;s name</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>The secret</source>
        <translation>密钥值</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Type %1 to see the key itself. Who saw it, and when, is written to the audit.</source>
        <translation>请输入 %1 以查看密钥本身。何人何时查看会写入审计。</translation>
    </message>
    <message>
        <source>Masked again in %1</source>
        <translation>%1 后重新遮蔽</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>The clipboard is emptied in 10 s, if it still holds the key.</source>
        <translation>若剪贴板仍是该密钥，10 秒后清空。</translation>
    </message>
</context>
<context>
    <name>drover::gui::RotationDialog</name>
    <message>
        <source>Rotate a key</source>
        <translation>轮换密钥</translation>
    </message>
    <message>
        <source>A new key is made, stored, verified in every region and given a growing share under the error gate. Only then it replaces the one in use, which is revoked once nothing uses it any more.</source>
        <translation>创建新密钥并保存，在每个区域验证，再在错误率门限下逐步加量。之后才替换正在使用的密钥；旧密钥在无人使用后吊销。</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Stop here</source>
        <translation>在此停止</translation>
    </message>
    <message>
        <source>Rotate now</source>
        <translation>立即轮换</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>已做的事</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>When keys are rotated</source>
        <translation>何时轮换密钥</translation>
    </message>
    <message>
        <source>02:00, five fields as in crontab (UTC), off, or policy</source>
        <translation>02:00、crontab 式五段（UTC）、off 或 policy</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save the schedule</source>
        <translation>保存计划</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 of the provider&apos;s requests</source>
        <translation>占该服务商请求的 %1</translation>
    </message>
    <message>
        <source>Next: %1</source>
        <translation>下一次：%1</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Set for this workspace, in UTC.</source>
        <translation>本工作区自行设定，UTC 时间。</translation>
    </message>
    <message>
        <source>By the policy %1, in UTC.</source>
        <translation>按策略 %1，UTC 时间。</translation>
    </message>
    <message>
        <source>Last: %1, done.</source>
        <translation>上一次：%1，已完成。</translation>
    </message>
    <message>
        <source>Last: %1, failed.</source>
        <translation>上一次：%1，失败。</translation>
    </message>
    <message>
        <source>An agent or the timer does what is due, with this window closed too.</source>
        <translation>到期的轮换由代理或定时器执行，关闭本窗口也照常进行。</translation>
    </message>
    <message>
        <source>The run in this console has ended: %1</source>
        <translation>本控制台中的运行已中断：%1</translation>
    </message>
    <message>
        <source>Go on takes it up where the journal ends.</source>
        <translation>点“接着做”可从日志末尾继续。</translation>
    </message>
    <message>
        <source>No key may change now</source>
        <translation>现在不能更换密钥</translation>
    </message>
    <message>
        <source>The old key lives on until %1</source>
        <translation>旧密钥保留至 %1</translation>
    </message>
    <message>
        <source>Then an agent, or Go on, revokes it once nothing uses it any more.</source>
        <translation>之后由代理或点“接着做”，在无人使用后吊销它。</translation>
    </message>
    <message>
        <source>This rotation has not ended</source>
        <translation>这次轮换尚未结束</translation>
    </message>
    <message>
        <source>Another process may be at it. If none is, Go on takes it up where the journal ends.</source>
        <translation>可能有别的进程正在进行。若没有，点“接着做”可从日志末尾继续。</translation>
    </message>
    <message>
        <source>The rotation failed, and the key in use has not changed</source>
        <translation>轮换失败，正在使用的密钥未变</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>接着做</translation>
    </message>
    <message>
        <source>The key from the dashboard</source>
        <translation>控制面板上的密钥</translation>
    </message>
    <message>
        <source>The key, as the dashboard shows it once</source>
        <translation>密钥（控制面板只显示一次）</translation>
    </message>
    <message>
        <source>Use this key</source>
        <translation>使用此密钥</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>The provider has no API to make keys. Make one on %1, name it %2, and paste it here.</source>
        <translation>该服务商没有创建密钥的接口。请在 %1 创建一个，命名为 %2，并粘贴到这里。</translation>
    </message>
    <message>
        <source>Nothing uses the key %1 any more. End it on %2; then Go on looks whether the provider refuses it.</source>
        <translation>密钥 %1 已无人使用。请在 %2 结束它；然后点“接着做”，查看服务商是否已拒绝它。</translation>
    </message>
    <message>
        <source>The key was not taken</source>
        <translation>密钥未被接受</translation>
    </message>
</context>
<context>
    <name>drover::gui::ScanDialog</name>
    <message>
        <source>Find leaked keys</source>
        <translation>查找泄露的密钥</translation>
    </message>
    <message>
        <source>Looks through files for the keys of the inventory, by their fingerprints, and for what looks like a provider&apos;s key. Nothing leaves this machine.</source>
        <translation>在文件中按指纹查找清单里的密钥，以及看起来像服务商密钥的内容。任何内容都不会离开本机。</translation>
    </message>
    <message>
        <source>File or folder</source>
        <translation>文件或文件夹</translation>
    </message>
    <message>
        <source>A file or a folder</source>
        <translation>文件或文件夹</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>Also every line that a commit of the Git repository there ever added</source>
        <translation>也查找那里 Git 仓库的每次提交曾添加的每一行</translation>
    </message>
    <message>
        <source>Git history</source>
        <translation>Git 历史</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Keys found</source>
        <translation>找到的密钥</translation>
    </message>
    <message>
        <source>Rotate the leaked key …</source>
        <translation>轮换泄露的密钥…</translation>
    </message>
    <message>
        <source>Rotate the leaked key</source>
        <translation>轮换泄露的密钥</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>Folder to look through</source>
        <translation>要查找的文件夹</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>What was looked through until then is not kept.</source>
        <translation>此前已查找的内容不予保留。</translation>
    </message>
    <message>
        <source>Files: %1. Commits: %2.</source>
        <translation>%1 个文件，%2 次提交。</translation>
    </message>
    <message>
        <source>Not looked at: %1</source>
        <translation>未能查看：%1</translation>
    </message>
    <message>
        <source>And %1 more places that could not be looked at.</source>
        <translation>另有 %1 处未能查看。</translation>
    </message>
    <message>
        <source>A key in use has leaked</source>
        <translation>正在使用的密钥已泄露</translation>
    </message>
    <message>
        <source>Rotate it now: the rotation revokes it at its end.</source>
        <translation>请立即轮换：轮换结束时会吊销它。</translation>
    </message>
    <message>
        <source>What looks like a key lies open</source>
        <translation>有看起来像密钥的内容暴露在外</translation>
    </message>
    <message>
        <source>None of them is in use here. Revoke them where they were made.</source>
        <translation>它们在此均未使用。请在创建它们的地方吊销。</translation>
    </message>
    <message>
        <source>No key was found</source>
        <translation>没有找到密钥</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>%1 keys in use have leaked</source>
        <translation>有 %1 个使用中的密钥已泄露</translation>
    </message>
    <message>
        <source>Select each and rotate it: its rotation revokes it at its end.</source>
        <translation>请逐个选中并轮换：轮换结束时会将其吊销。</translation>
    </message>
</context>
<context>
    <name>drover::gui::SettingsPage</name>
    <message>
        <source>Console</source>
        <translation>控制台</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>工作区</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Secrets are kept in</source>
        <translation>机密保存于</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Gateways listen on</source>
        <translation>网关监听地址</translation>
    </message>
    <message>
        <source>Address the gateways listen on</source>
        <translation>网关监听的地址</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>Base URLs, as the official client takes them.</source>
        <translation>基础 URL，与官方客户端的写法一致。</translation>
    </message>
    <message>
        <source>Legacy</source>
        <translation>旧服务商</translation>
    </message>
    <message>
        <source>Base URL of Legacy</source>
        <translation>旧服务商的基础 URL</translation>
    </message>
    <message>
        <source>https://api.openai.com/v1</source>
        <translation>https://api.openai.com/v1</translation>
    </message>
    <message>
        <source>HolySheep</source>
        <translation>HolySheep</translation>
    </message>
    <message>
        <source>Base URL of HolySheep</source>
        <translation>HolySheep 的基础 URL</translation>
    </message>
    <message>
        <source>https://api.holysheep.ai/v1</source>
        <translation>https://api.holysheep.ai/v1</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Log in at the secret store</source>
        <translation>登录密钥存储</translation>
    </message>
    <message>
        <source>Cancel the login</source>
        <translation>取消登录</translation>
    </message>
    <message>
        <source>Log in in the browser that opens now</source>
        <translation>请在刚打开的浏览器中登录</translation>
    </message>
    <message>
        <source>Logged in for as long as this window is open</source>
        <translation>已登录，仅在此窗口打开期间有效</translation>
    </message>
    <message>
        <source>Logged in</source>
        <translation>已登录</translation>
    </message>
    <message>
        <source>Check the workspace</source>
        <translation>检查工作区</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>None configured</source>
        <translation>未配置</translation>
    </message>
    <message>
        <source>The sandbox sets its own addresses.</source>
        <translation>沙盒自行设置地址。</translation>
    </message>
    <message>
        <source>Everything a migration needs is in place</source>
        <translation>迁移所需的一切均已就绪</translation>
    </message>
    <message>
        <source>Before a migration can start</source>
        <translation>迁移开始之前</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有任何更改。</translation>
    </message>
    <message>
        <source>Written to drover.toml. What runs takes it up at its next start.</source>
        <translation>已写入 drover.toml。正在运行的程序下次启动时生效。</translation>
    </message>
</context>
<context>
    <name>drover::gui::ShareBar</name>
    <message>
        <source>Share of HolySheep: ordered %1, served %2</source>
        <translation>HolySheep 份额：指定 %1，实际 %2</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>Ordered</source>
        <translation>指定</translation>
    </message>
    <message>
        <source>Served</source>
        <translation>实际</translation>
    </message>
</context>
<context>
    <name>drover::gui::StepList</name>
    <message>
        <source>Step %1 of %2: %3</source>
        <translation>第 %1 步（共 %2 步）：%3</translation>
    </message>
</context>
<context>
    <name>drover::gui::SummaryStep</name>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Everything once more, before it begins.</source>
        <translation>开始之前，再确认一遍。</translation>
    </message>
    <message>
        <source>Nothing has changed yet. Start begins with the shadow phase; clients notice nothing.</source>
        <translation>目前没有任何改变。开始后先进入影子阶段；客户端毫无察觉。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Done at the earliest</source>
        <translation>最早完成</translation>
    </message>
    <message>
        <source>Roll back is one click away at any time: Ctrl+Shift+R on every page.</source>
        <translation>随时一键回滚：任何页面按 Ctrl+Shift+R。</translation>
    </message>
    <message>
        <source>Made up by the sandbox; no consent needed</source>
        <translation>由沙盒虚构；无需同意</translation>
    </message>
    <message>
        <source>May go to HolySheep; the consent is recorded at the start</source>
        <translation>可发往 HolySheep；开始时记录同意</translation>
    </message>
    <message>
        <source>May go to HolySheep; the consent was given before</source>
        <translation>可发往 HolySheep；此前已同意</translation>
    </message>
    <message>
        <source>Starting …</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>drover::gui::TargetsStep</name>
    <message>
        <source>Providers</source>
        <translation>服务商</translation>
    </message>
    <message>
        <source>From where to where the traffic goes.</source>
        <translation>流量从哪里迁到哪里。</translation>
    </message>
    <message>
        <source>Clients keep calling the gateway; only where it sends their requests changes.</source>
        <translation>客户端继续调用网关；改变的只是网关把请求发往何处。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Reason of the migration</source>
        <translation>迁移的原因</translation>
    </message>
    <message>
        <source>Goes into the audit, for example: agreed in change 4711</source>
        <translation>将写入审计，例如：变更单 4711 已批准</translation>
    </message>
    <message>
        <source>Regions: %1</source>
        <translation>区域：%1</translation>
    </message>
</context>
<context>
    <name>drover::gui::TokenDialog</name>
    <message>
        <source>New token</source>
        <translation>新建令牌</translation>
    </message>
    <message>
        <source>New client token</source>
        <translation>新建客户端令牌</translation>
    </message>
    <message>
        <source>A client of the gateways authenticates with it. It is shown once; only its hash is kept.</source>
        <translation>网关的客户端以此认证。它只显示一次；仅保存其散列值。</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Name of the client</source>
        <translation>客户端名称</translation>
    </message>
    <message>
        <source>For example checkout-service</source>
        <translation>例如 checkout-service</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Requests a minute</source>
        <translation>每分钟请求数</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source> requests a minute</source>
        <translation> 个请求/分钟</translation>
    </message>
    <message>
        <source>Copy the token</source>
        <translation>复制令牌</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Copy it now</source>
        <translation>请立即复制</translation>
    </message>
    <message>
        <source>Nobody can show it again.</source>
        <translation>之后无法再次显示。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>drover::gui::TokenTableModel</name>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限额</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 / min</source>
        <translation>%1 / 分钟</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>%1 后</translation>
    </message>
</context>
<context>
    <name>drover::gui::VerifyKeyDialog</name>
    <message>
        <source>Verify key</source>
        <translation>验证密钥</translation>
    </message>
    <message>
        <source>The stored copy is read back and asks every place for its models.</source>
        <translation>读回保存的副本，并向每个地点询问其模型。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Verify again</source>
        <translation>再次验证</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>Not verified</source>
        <translation>未验证</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>无应答</translation>
    </message>
    <message>
        <source>Refused (%1)</source>
        <translation>被拒绝（%1）</translation>
    </message>
    <message>
        <source>The gateways may use it now.</source>
        <translation>网关现在可以使用它。</translation>
    </message>
    <message>
        <source>Not every place accepted it</source>
        <translation>并非所有地点都接受它</translation>
    </message>
    <message>
        <source>A fresh key may need some seconds to spread. Verify again, or check that it was pasted whole.</source>
        <translation>新密钥可能需要几秒钟才能生效。请再次验证，或检查是否完整粘贴。</translation>
    </message>
</context>
<context>
    <name>drover::gui::WelcomePage</name>
    <message>
        <source>Welcome to Drover</source>
        <translation>欢迎使用 Drover</translation>
    </message>
    <message>
        <source>Move LLM traffic from one provider to another, key by key and percent by percent, with a way back in about a second.</source>
        <translation>把 LLM 流量从一个服务商迁到另一个，逐个密钥、逐个百分点，约一秒即可返回。</translation>
    </message>
    <message>
        <source>Try it on the sandbox</source>
        <translation>在沙盒中试用</translation>
    </message>
    <message>
        <source>Open a workspace</source>
        <translation>打开工作区</translation>
    </message>
    <message>
        <source>Create a workspace</source>
        <translation>创建工作区</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Made-up providers, a gateway and live traffic on this machine</source>
        <translation>本机上的虚拟服务商、网关和实时流量</translation>
    </message>
    <message>
        <source>A folder with a drover.toml</source>
        <translation>含有 drover.toml 的文件夹</translation>
    </message>
    <message>
        <source>For your own providers; nothing is sent anywhere yet</source>
        <translation>用于您自己的服务商；此时不会发送任何内容</translation>
    </message>
    <message>
        <source>Starting the sandbox …</source>
        <translation>正在启动沙盒…</translation>
    </message>
    <message>
        <source>Folder of the workspace</source>
        <translation>工作区文件夹</translation>
    </message>
    <message>
        <source>Opening %1 …</source>
        <translation>正在打开 %1…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel opening</source>
        <translation>取消打开</translation>
    </message>
</context>
<context>
    <name>drover::gui::WorkspaceDialog</name>
    <message>
        <source>Create a workspace</source>
        <translation>创建工作区</translation>
    </message>
    <message>
        <source>A folder with its settings and history. Secrets stay in the secret store.</source>
        <translation>一个包含设置和历史的文件夹。机密保存在密钥库中。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>Development</source>
        <translation>开发</translation>
    </message>
    <message>
        <source>Staging</source>
        <translation>预发布</translation>
    </message>
    <message>
        <source>Production</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>Secrets</source>
        <translation>机密</translation>
    </message>
    <message>
        <source>Secret store</source>
        <translation>密钥库</translation>
    </message>
    <message>
        <source>Legacy</source>
        <translation>旧服务商</translation>
    </message>
    <message>
        <source>Base URL of Legacy</source>
        <translation>旧服务商的基础 URL</translation>
    </message>
    <message>
        <source>https://api.openai.com/v1</source>
        <translation>https://api.openai.com/v1</translation>
    </message>
    <message>
        <source>HolySheep</source>
        <translation>HolySheep</translation>
    </message>
    <message>
        <source>Base URL of HolySheep</source>
        <translation>HolySheep 的基础 URL</translation>
    </message>
    <message>
        <source>https://api.holysheep.ai/v1</source>
        <translation>https://api.holysheep.ai/v1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Folder of the workspace</source>
        <translation>工作区文件夹</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>%1, by %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
</TS>
