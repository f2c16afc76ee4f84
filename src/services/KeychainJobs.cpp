// SPDX-License-Identifier: Apache-2.0
#include "services/KeychainJobs.h"

#include <QObject>

namespace drover {
namespace {

using Finished = Later<KeychainAnswer>::Resolve;

// The context ends the connection with the waiting; the job deletes itself when it has finished.
template <class Job>
std::shared_ptr<void> startJob(Job* job, const QString& key, Finished resolve)
{
    const auto context = std::make_shared<QObject>();
    job->setKey(key);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context.get(), [job, resolve] {
        KeychainAnswer answer{job->error(), job->errorString(), {}};
        if constexpr (std::is_same_v<Job, QKeychain::ReadPasswordJob>) {
            if (answer.error == QKeychain::NoError) {
                auto text = job->textData().toStdString();
                answer.value = Secret::taking(text);
            }
        }
        resolve(std::move(answer));
    });
    job->start();
    return context;
}

} // namespace

Task<KeychainAnswer> readKeychain(QString service, QString key)
{
    Later<KeychainAnswer>::Start start = [service, key](Finished resolve) {
        return startJob(new QKeychain::ReadPasswordJob{service}, key, std::move(resolve));
    };
    Later<KeychainAnswer> done{std::move(start)};
    co_return co_await done;
}

Task<KeychainAnswer> writeKeychain(QString service, QString key, std::shared_ptr<Secret> value)
{
    Later<KeychainAnswer>::Start start = [service, key, value](Finished resolve) {
        auto* job = new QKeychain::WritePasswordJob{service};
        value->reveal([job](std::string_view text) {
            job->setTextData(QString::fromUtf8(text.data(), qsizetype(text.size())));
        });
        return startJob(job, key, std::move(resolve));
    };
    Later<KeychainAnswer> done{std::move(start)};
    co_return co_await done;
}

Task<KeychainAnswer> removeKeychain(QString service, QString key)
{
    Later<KeychainAnswer>::Start start = [service, key](Finished resolve) {
        return startJob(new QKeychain::DeletePasswordJob{service}, key, std::move(resolve));
    };
    Later<KeychainAnswer> done{std::move(start)};
    co_return co_await done;
}

Error keychainError(const KeychainAnswer& answer, const std::string& name)
{
    const auto said = answer.text.toStdString();
    switch (answer.error) {
    case QKeychain::EntryNotFound:
        return {Errc::notFound, "the keychain has no such entry", name};
    case QKeychain::AccessDenied:
        return {Errc::locked, "the keyring does not let this in; it is probably locked: " + said, name};
    case QKeychain::AccessDeniedByUser:
        return {Errc::forbidden, "access to the keyring was declined", name};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return {Errc::unavailable, "this machine has no keychain", name};
    default:
        break;
    }
    // libsecret keeps one session with the daemon for a process's life.
    if (said.find("session wrapping") != std::string::npos)
        return {Errc::unavailable,
                "the keyring was started anew since this program began: start this program again", name};
    return {Errc::unavailable, "the keychain says: " + said, name};
}

} // namespace drover
