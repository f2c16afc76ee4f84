// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "gateway/Decision.h"
#include "gateway/Dialect.h"
#include "gateway/Keyring.h"
#include "support/TestMain.h"

using namespace drover;
using namespace drover::gateway;

namespace {

std::uint64_t sticky(const std::string& fields, const std::string& body, std::uint64_t token = 1)
{
    http::Head head;
    const auto parsed = head.parseRequest("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
    const std::vector<std::string> headers{"X-Tenant"};
    return parsed.has_value() ? stickyOf(head, headers, readRequest(body), token) : 0;
}

} // namespace

class TestDecision final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theHeaderComesBeforeTheBody()
    {
        QCOMPARE(sticky("X-Drover-Sticky: u\r\n", "{\"user\":\"v\"}"), sticky("", "{\"user\":\"u\"}"));
        QCOMPARE(sticky("X-Tenant: u\r\n", "{\"user\":\"v\"}"), sticky("", "{\"user\":\"u\"}"));
        QVERIFY(sticky("", "{\"user\":\"u\"}") != sticky("", "{\"user\":\"v\"}"));
    }

    void withoutAKeyTokenAndFirstMessageDecide()
    {
        const std::string one = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        const std::string more = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]}";
        QCOMPARE(sticky("", one), sticky("", more));
        QVERIFY(sticky("", one, 1) != sticky("", one, 2));
    }

    void fallsBackOnlyWhereLegacyCanHelp()
    {
        const FallbackCase canary{Phase::canary, false, false, false};
        for (const ErrorClass one : {ErrorClass::auth, ErrorClass::billing, ErrorClass::rate, ErrorClass::overload,
                                     ErrorClass::upstream, ErrorClass::network, ErrorClass::streamError, ErrorClass::client})
            QVERIFY(fallsBack(canary, one));
        for (const ErrorClass one : {ErrorClass::ok, ErrorClass::aborted})
            QVERIFY(!fallsBack(canary, one));
        QVERIFY(!fallsBack({Phase::done, false, false, false}, ErrorClass::client));
        QVERIFY(fallsBack({Phase::done, false, false, false}, ErrorClass::network));
        QVERIFY(!fallsBack({Phase::canary, true, false, false}, ErrorClass::network));
        QVERIFY(!fallsBack({Phase::canary, false, true, false}, ErrorClass::network));
        QVERIFY(!fallsBack({Phase::canary, false, false, true}, ErrorClass::network));
    }

    void aRefusalThatLegacyAcceptsIsIncompatible()
    {
        QCOMPARE(afterFallback(ErrorClass::client, ErrorClass::ok), ErrorClass::incompatible);
        QCOMPARE(afterFallback(ErrorClass::client, ErrorClass::client), ErrorClass::client);
        QCOMPARE(afterFallback(ErrorClass::upstream, ErrorClass::ok), ErrorClass::upstream);
    }

    void errorsSpeakTheDialect()
    {
        QVERIFY(errorBody(true, 401, "c", "m", "r").find("authentication_error") != std::string::npos);
        QCOMPARE(errorBody(false, 401, "invalid_api_key", "m", "r"),
                 std::string("{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}"));
    }

    void keysNeverComeBack()
    {
        OpenKey key;
        key.secret = Secret("odd-key/77");
        const std::string text = scrubbed("your odd-key/77 and sk-other-0123456789abcdef are bad", key);
        QVERIFY(text.find("odd-key") == std::string::npos);
        QVERIFY(text.find("0123456789") == std::string::npos);
        http::Head upstream;
        QVERIFY(upstream.parseAnswer("HTTP/1.1 200 OK\r\nX-Echo: odd-key/77\r\nSet-Cookie: a=b\r\nx-request-id: up\r\nX-Ok: y\r\n\r\n", "POST").has_value());
        http::Fields fields;
        addAnswerFields(fields, upstream, key);
        QCOMPARE(fields.text(), std::string("X-Ok: y\r\nX-Drover-Upstream-Request-ID: up\r\n"));
    }

    void onlyPlainRequestIdsAreKept()
    {
        const auto id = [](const std::string& value) {
            http::Head head;
            const auto parsed = head.parseRequest("GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: " + value + "\r\n\r\n");
            return parsed.has_value() ? std::string(requestIdOf(head)) : std::string("?");
        };
        QCOMPARE(id("abc-1.2:3_4"), std::string("abc-1.2:3_4"));
        QCOMPARE(id("a b"), std::string());
        QCOMPARE(id("a\"b"), std::string());
        QCOMPARE(id(std::string(129, 'a')), std::string());
    }
};

DROVER_TEST(TestDecision)
#include "TestDecision.moc"
