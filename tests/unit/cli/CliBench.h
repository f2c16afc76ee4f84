// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "cli/Command.h"
#include "support/fakes/FakePorts.h"

#include <optional>
#include <string>
#include <vector>

namespace drover::test {

using cli::Console;
using cli::runCommandLine;

// One workspace in memory, "/there"; everything else is not.
class OneWorkspace final : public app::Workspaces {
public:
    explicit OneWorkspace(FakePorts& fake) : fake_(fake) {}
    std::filesystem::path defaultFolder(std::string_view name) const override
    {
        return "/default/" + std::string(name);
    }
    bool exists(const std::filesystem::path& folder) const override { return folder == "/there"; }
    Result<WorkspaceConfig> settings(const std::filesystem::path& folder) const override
    {
        if (!exists(folder))
            return Error{Errc::notFound, "no workspace here", folder.string()};
        return fake_.ports.config;
    }
    Task<Result<void>> checkStore(WorkspaceConfig) override
    {
        return fake_.secrets.check(Deadline::in(fake_.clock, 1s));
    }
    Task<Result<std::unique_ptr<app::OpenWorkspace>>> open(std::filesystem::path folder) override
    {
        struct Open final : app::OpenWorkspace {
            explicit Open(app::Ports& given) : kept(given) {}
            app::Ports& ports() override { return kept; }
            app::Ports& kept;
        };
        if (!exists(folder))
            co_return Error{Errc::notFound, "no workspace here: droverctl init makes one", folder.string()};
        co_return std::unique_ptr<app::OpenWorkspace>{std::make_unique<Open>(fake_.ports)};
    }
    Result<WorkspaceConfig> create(std::filesystem::path folder, WorkspaceConfig config) override
    {
        if (exists(folder))
            return Error{Errc::conflict, "there is a workspace already", folder.string()};
        config.id = "w_new";
        made = config;
        return config;
    }
    Result<void> rewrite(std::filesystem::path, const WorkspaceConfig&) override { return {}; }
    Result<std::unique_ptr<Subscription>> lockController(std::filesystem::path) override
    {
        if (!holder.empty())
            return Error{Errc::busy, holder + " is the controller", "controller.lock"};
        return std::unique_ptr<Subscription>{std::make_unique<Subscription>()};
    }
    std::string controller(const std::filesystem::path&) const override { return holder; }

    std::optional<WorkspaceConfig> made;
    std::string holder;

private:
    FakePorts& fake_;
};

struct NoPrograms final : Processes, SandboxControl {
    Task<Result<Started<GatewayProcess>>> gateway(GatewayStart, Secret, Deadline) override
    {
        co_return Error{Errc::busy, "the port is taken", "127.0.0.1:8080"};
    }
    Task<Result<Started<SandboxProcess>>> sandbox(SandboxStart, Deadline) override { co_return Error{}; }
    Task<Result<std::unique_ptr<Child>>> load(LoadStart, Secret, Deadline) override { co_return Error{}; }
    Task<Result<void>> stopGateway(std::string, std::int64_t, Deadline) override { co_return Error{}; }
    Task<Result<SandboxKey>> mint(std::string, std::string, Deadline) override { co_return Error{}; }
    Task<Result<SandboxCounts>> counts(std::string, Deadline) override { co_return Error{}; }
};

// One file, whatever is asked for.
struct OneTree final : TextTrees {
    Task<Result<TreeTotals>> read(std::vector<std::filesystem::path> paths, bool history, std::function<void(const TreeText&)> each,
                                  Deadline) override
    {
        if (paths.front() == "/nowhere")
            co_return Error{Errc::notFound, "there is no such file or folder", paths.front().string()};
        each({"app.env", text, 1});
        if (history)
            each({"commit 1a2b3c4d5e6f: old.env", text, 7});
        co_return TreeTotals{1, history ? std::uint64_t{1} : 0, text.size(), {}};
    }
    std::string text;
};

struct CliBench {
    FakePorts fake;
    OneWorkspace workspaces{fake};
    NoPrograms programs;
    OneTree trees;
    app::Machine machine{fake.clock, fake.random, workspaces, programs, programs, trees, "/trace.csv"};
    std::string out, err, input = "cr_0123456789abcdefghijklmnop";
    Console console{.out = [this](std::string_view text) { out += text; },
                    .say = [this](std::string_view line) { err += std::string(line) + '\n'; },
                    .secret = [this](std::string_view) -> Result<Secret> { return Secret{input}; },
                    .input = [this]() -> Result<std::string> { return input; },
                    .file = [this](const std::string& path) -> Result<std::string> {
                        if (path != "prompts.txt")
                            return Error{Errc::notFound, "there is no such file", path};
                        return input;
                    },
                    .save = [](const std::string&, std::string_view) { return Result<void>{}; }};

    int call(std::vector<std::string> words)
    {
        out.clear();
        err.clear();
        words.insert(words.begin(), {"--workspace", "/there"});
        return run(runCommandLine(std::move(words), machine, console));
    }
    // With --json: stdout must be one document.
    QJsonObject document(std::vector<std::string> words, int expected)
    {
        words.push_back("--json");
        const int code = call(std::move(words));
        if (code != expected)
            qWarning("exit %d: %s %s", code, out.c_str(), err.c_str());
        QJsonParseError problem;
        const QJsonDocument parsed = QJsonDocument::fromJson(QByteArray::fromStdString(out), &problem);
        return code == expected && problem.error == QJsonParseError::NoError ? parsed.object() : QJsonObject{};
    }
};

inline QString codeOf(const QJsonObject& document)
{
    return document[QStringLiteral("error")].toObject()[QStringLiteral("code")].toString();
}

} // namespace drover::test
