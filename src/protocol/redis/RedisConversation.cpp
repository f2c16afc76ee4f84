// SPDX-License-Identifier: Apache-2.0
#include "protocol/redis/Redis.h"

#include <algorithm>
#include <charconv>

namespace drover::redis {
namespace {

Error notAnAddress(std::string what)
{
    return Error{Errc::invalidInput, std::move(what), {}};
}

template <class T>
std::optional<T> numberOf(std::string_view text)
{
    T value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

int hexOf(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// User and password may hold anything as %XX.
std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hexOf(text[i + 1]) >= 0 && hexOf(text[i + 2]) >= 0;
        out += escape ? char(hexOf(text[i + 1]) * 16 + hexOf(text[i + 2])) : text[i];
        i += escape ? 2 : 0;
    }
    return out;
}

void appendEscaped(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.')
            out += c;
        else
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
}

Result<void> takeHost(std::string_view text, Address& address)
{
    std::string_view port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos)
            return notAnAddress("the address in brackets does not end");
        address.host = std::string(text.substr(1, close - 1));
        port = text.substr(close + 1);
        if (!port.empty() && port.front() != ':')
            return notAnAddress("after the address in brackets comes :port, or nothing");
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        address.host = std::string(text.substr(0, colon));
        port = text.substr(colon);
    }
    if (address.host.empty())
        return notAnAddress("the URL has no host");
    if (port.empty())
        return {};
    const auto number = numberOf<std::uint16_t>(port.substr(1));
    if (!number || *number == 0)
        return notAnAddress("the port is not a number from 1 to 65535");
    address.port = *number;
    return {};
}

} // namespace

bool isLoopback(const Address& address)
{
    return address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
}

Result<Login> parseLogin(std::string_view url)
{
    Login login;
    Address& address = login.address;
    if (url.starts_with("rediss://"))
        address.tls = true;
    else if (!url.starts_with("redis://"))
        return notAnAddress("a Redis is at redis:// (this machine) or rediss:// (TLS)");
    std::string_view rest = url.substr(url.find("//") + 2);
    if (const auto at = rest.rfind('@'); at != rest.npos) {
        const std::string_view who = rest.substr(0, at);
        const auto colon = std::min(who.find(':'), who.size());
        address.user = unescaped(who.substr(0, colon));
        if (colon < who.size()) {
            std::string password = unescaped(who.substr(colon + 1));
            login.password = Secret::taking(password);
        }
        rest.remove_prefix(at + 1);
    }
    const auto slash = std::min(rest.find('/'), rest.size());
    DROVER_CHECK(takeHost(rest.substr(0, slash), address));
    if (const std::string_view database = rest.substr(std::min(slash + 1, rest.size())); !database.empty()) {
        const auto number = numberOf<std::uint32_t>(database);
        if (!number)
            return notAnAddress("after the host comes the number of a database, or nothing");
        address.database = *number;
    }
    if (!address.tls && !isLoopback(address))
        return notAnAddress("redis:// goes to this machine only; another one is reached by rediss://");
    return login;
}

Result<Address> parseAddress(std::string_view url)
{
    DROVER_TRY(const Login login, parseLogin(url));
    if (!login.password.empty())
        return notAnAddress("the URL has a password in it; settings hold a reference to a secret, never the secret itself");
    return login.address;
}

Secret writeLogin(const Login& login)
{
    const Address& address = login.address;
    std::string url;
    url.reserve(64 + address.host.size() + 3 * (address.user.size() + login.password.size())); // never moved: no copy is left behind
    url += address.tls ? "rediss://" : "redis://";
    appendEscaped(url, address.user);
    if (!login.password.empty()) {
        url += ':';
        login.password.reveal([&](std::string_view password) { appendEscaped(url, password); });
    }
    if (!address.user.empty() || !login.password.empty())
        url += '@';
    const bool brackets = address.host.find(':') != std::string::npos;
    url.append(brackets ? "[" : "").append(address.host).append(brackets ? "]" : "");
    url.append(":").append(std::to_string(address.port)).append("/").append(std::to_string(address.database));
    return Secret::taking(url);
}

Conversation::Conversation(const Address& address, const Secret& password)
{
    std::string bytes;
    const auto say = [&](std::vector<std::string> words) {
        std::string command = writeCommand(words);
        bytes.reserve(bytes.size() + command.size() + 512);
        bytes += command;
        wipe(command);
        for (std::string& word : words)
            wipe(word);
        ++unanswered_;
    };
    if (!password.empty()) {
        std::string word = password.reveal([](std::string_view view) { return std::string(view); });
        if (address.user.empty())
            say({"AUTH", std::move(word)});
        else
            say({"AUTH", address.user, std::move(word)});
    }
    if (address.database != 0)
        say({"SELECT", std::to_string(address.database)});
    say({"CLIENT", "SETNAME", "drover"});
    greeting_ = Secret::taking(bytes);
}

Result<std::vector<Reply>> Conversation::receive(std::string_view bytes)
{
    reader_.feed(bytes);
    std::vector<Reply> replies;
    for (;;) {
        DROVER_TRY(std::optional<Reply> reply, reader_.next());
        if (!reply)
            return replies;
        if (unanswered_ == 0) {
            replies.push_back(std::move(*reply));
            continue;
        }
        --unanswered_;
        // A user without the right to name a connection works without a name.
        const bool naming = unanswered_ == 0;
        if (reply->isError() && !(naming && errorOf(*reply).code == Errc::forbidden))
            return errorOf(*reply);
    }
}

} // namespace drover::redis
