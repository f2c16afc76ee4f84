// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "base/Ids.h"
#include "protocol/openai/AnswerFacts.h"
#include "support/TestMain.h"

#include <array>
#include <cstdio>
#include <vector>

using namespace drover;

namespace {

// A JSON value that can be spelled in several ways. Numbers are whole, times a power of ten.
struct JsonSample {
    char kind = 'n';
    std::string text;
    std::int64_t mantissa = 0;
    int exponent = 0;
    std::vector<std::pair<std::string, JsonSample>> members; // of arrays without names
};

JsonSample makeSample(Random& random, int depth)
{
    JsonSample sample;
    sample.kind = "ns01{["[random.below(depth > 0 ? 6 : 4)];
    const auto word = [&] {
        std::string made;
        for (auto i = random.below(5) + 1; i > 0; --i)
            made += std::array{"a", "B", "\"", "\\", "/", "\n", "é", "羊", "\xF0\x9F\x90\x91"}[random.below(9)];
        return made;
    };
    if (sample.kind == 's')
        sample.text = word();
    sample.mantissa = std::int64_t(random() >> random.below(63)) * (random.below(2) == 0 ? 1 : -1);
    sample.exponent = int(random.below(9)) - 4;
    if (sample.kind == '{' || sample.kind == '[')
        for (auto i = random.below(4) + 1; i > 0; --i)
            sample.members.emplace_back(word() + std::to_string(i), makeSample(random, depth - 1));
    return sample;
}

void changeOneLeaf(JsonSample& sample, Random& random)
{
    switch (sample.kind) {
    case 'n': sample.kind = 's'; break;
    case 's': sample.text += 'x'; break;
    case '{':
    case '[': changeOneLeaf(sample.members[random.below(sample.members.size())].second, random); break;
    default: sample.mantissa += sample.mantissa < 0 ? -1 : 1; break;
    }
}

std::string spelledText(std::string_view text, Random& random)
{
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto code = static_cast<unsigned char>(text[i]);
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", code);
        if (code < 0x80 && (code < 0x20 || code == '"' || code == '\\' || random.below(4) == 0))
            out += escape;
        else
            out += text[i];
    }
    return out + '"';
}

// mantissa * 10^exponent, as some of the ways there are to write it.
std::string spelledNumber(std::int64_t mantissa, int exponent, Random& random)
{
    const auto zeros = mantissa == 0 ? 0 : random.below(3); // JSON has no 00
    std::string digits = std::to_string(mantissa) + std::string(zeros, '0');
    exponent -= int(zeros);
    if (random.below(2) == 0 && digits.size() > 4) {
        const auto decimals = random.below(3) + 1;
        digits.insert(digits.size() - decimals, ".");
        exponent += int(decimals);
    }
    if (exponent == 0 && random.below(2) == 0)
        return digits;
    return digits + (random.below(2) == 0 ? "e" : "E") + (exponent >= 0 && random.below(2) == 0 ? "+" : "") + std::to_string(exponent);
}

std::string spelled(const JsonSample& sample, Random& random)
{
    const auto gap = [&] { return std::string(random.below(3), " \n\t"[random.below(3)]); };
    switch (sample.kind) {
    case 'n': return gap() + "null";
    case 's': return gap() + spelledText(sample.text, random);
    case '{':
    case '[': break;
    default: return gap() + spelledNumber(sample.mantissa, sample.exponent, random) + gap();
    }
    auto members = sample.members;
    for (std::size_t i = members.size(); sample.kind == '{' && i > 1; --i)
        std::swap(members[i - 1], members[random.below(i)]);
    std::string out = gap() + sample.kind;
    for (const auto& [name, value] : members) {
        out += out.ends_with(sample.kind) ? "" : ",";
        if (sample.kind == '{')
            out += gap() + spelledText(name, random) + gap() + ":";
        out += spelled(value, random);
    }
    return out + gap() + (sample.kind == '{' ? '}' : ']');
}

AnswerContent callWith(std::string arguments)
{
    return AnswerContent{"", "stop", {{0, {"f", std::move(arguments)}}}};
}

} // namespace

// Whether two answers say the same, and their arguments above all: by value, whatever the spelling.
class TestSameAnswer final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void argumentsAreComparedByTheirValue_data()
    {
        QTest::addColumn<QByteArray>("a");
        QTest::addColumn<QByteArray>("b");
        QTest::addColumn<bool>("same");
        const auto row = [](const char* a, const char* b, bool same) {
            QTest::addRow("%s %s", a, b) << QByteArray(a) << QByteArray(b) << same;
        };
        for (const char* one : {"1.0", "1e0", "10e-1", "0.1E+1", "100E-2", "1.000"})
            row(R"({"x":1})", (R"({"x":)" + std::string(one) + "}").c_str(), true);
        row(R"({"x":1})", R"({"x":"1"})", false);
        row(R"({"x":1})", R"({"x":true})", false);
        row(R"({"x":1})", R"({"x":-1})", false);
        row(R"({"x":1})", R"({"x":1.0000000000000000001})", false);
        row(R"({"x":0})", R"({"x":-0.0e7})", true);
        row(R"({"x":9007199254740992})", R"({"x":9007199254740993})", false); // 2^53 and its neighbour: one double
        row(R"({"x":9007199254740993})", R"({"x":9007199254740993.0})", true);
        row(R"({"x":9007199254740992.0})", R"({"x":9007199254740993})", false);
        row(R"({"x":18446744073709551615})", R"({"x":18446744073709551616})", false); // 2^64 - 1 and 2^64
        row(R"({"x":18446744073709551616})", R"({"x":18446744073709551617})", false);
        row(R"({"x":18446744073709551615})", R"({"x":-1})", false);
        row(R"({"x":-9223372036854775808})", R"({"x":-9.223372036854775808e18})", true);
        row(R"({"x":1e400})", R"({"x":1e401})", false);
        row(R"({"a":{"c":[1,2],"b":null},"d":"é"})", " {\"d\" : \"\\u00e9\",\n\"a\":{\"b\":null,\"c\":[ 1.0,2 ]}} ", true);
        row(R"({"d":"\/\ud83d\udc11"})", "{\"d\":\"/\xF0\x9F\x90\x91\"}", true);
        row(R"({"\u0061":{"\u0062":1},"c":2})", R"({"c":2,"a":{"b":1}})", true);
        row(R"({"x":[1,2]})", R"({"x":[2,1]})", false);
        row(R"({"x":[[1],2]})", R"({"x":[[1,2]]})", false);
        row(R"({"x":{}})", R"({"x":[]})", false);
        row(R"({"x":null})", R"({})", false);
        row("", "{ }", true);
        row("not  JSON", " not JSON", true);
        row("{\"x\":1", "{\"x\":1}", false);
    }
    void argumentsAreComparedByTheirValue()
    {
        QFETCH(QByteArray, a);
        QFETCH(QByteArray, b);
        QFETCH(bool, same);
        QCOMPARE(sameAnswer(callWith(a.toStdString()), callWith(b.toStdString())), same);
        QCOMPARE(sameAnswer(callWith(b.toStdString()), callWith(a.toStdString())), same);
    }
    void everySpellingOfAValueIsTheSame()
    {
        Random random{7};
        for (int i = 0; i < 500; ++i) {
            const JsonSample value = makeSample(random, 3);
            const std::string plain = spelled(value, random), other = spelled(value, random);
            QVERIFY2(sameAnswer(callWith(plain), callWith(other)), (plain + "\n" + other).c_str());
            JsonSample changed = value;
            changeOneLeaf(changed, random);
            const std::string different = spelled(changed, random);
            QVERIFY2(!sameAnswer(callWith(plain), callWith(different)), (plain + "\n" + different).c_str());
        }
    }
};

DROVER_TEST(TestSameAnswer)
#include "TestSameAnswer.moc"
