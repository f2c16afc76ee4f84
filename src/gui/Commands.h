// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QObject>
#include <QPointer>

#include "gui/Session.h"
#include "gui/dialogs/OrderDialog.h"

#include <array>
#include <functional>

namespace drover::gui {

class Toast;

// What a person can order, whether by a button, a key or a menu. Opens the dialogs it needs (never blocking) and says
// what became of it: done by a toast, failed by failed(), which the window keeps in sight. One for each open workspace.
class Commands : public QObject {
    Q_OBJECT

public:
    Commands(Session& session, Toast& toast, QWidget& window);
    ~Commands() override;

    void newMigration();
    void advance();
    void pause();
    void resume();
    void rollBack();
    void addKey();
    void importKeys();
    void verifyKey(const QString& id);
    void revealKey(const KeyRecord& key);
    void revokeKey(const KeyRecord& key); // asks first
    void rotateKey(); // of the target that is rotated by schedule
    void rotateKeyOf(const QString& target);
    void scanForKeys();
    void checkKeys();
    void createToken();
    // Asks first; `id` and `name` are those of the moment of the call, whatever the lists do meanwhile.
    void stopGateway(const std::string& id);
    void revokeToken(const std::string& name);
    // The order that failed, once more with its reason. Nothing where none did.
    void again();

    // The latest news, for what the dialogs say. An open question about another step than it asked of is closed.
    void setNews(const MigrationNews& news);
    const MigrationNews& news() const { return news_; }
    const app::MigrationStatus& status() const { return news_.status; }
    Toast& toast() { return toast_; }

Q_SIGNALS:
    // Something was changed that pages show: look again.
    void changed();
    // An order was not carried out; `what` says which. It stays in sight until dismissed, done or tried again.
    void failed(const QString& what, const drover::Error& error);
    // One was carried out: what failed before it is history.
    void succeeded();

private:
    void awaitRevocation();
    // The step a person was asked about: a yes to it is no yes to another one.
    struct Asked {
        Phase phase = Phase::idle;
        std::uint32_t step = 0;
        std::uint64_t generation = 0;
        bool operator==(const Asked&) const = default;
    };
    struct Deed {
        QString what; // "Pause"
        QString done; // "Paused. …"
        std::function<Task<Result<void>>()> act;
    };
    static Asked stepOf(const app::MigrationStatus& status) { return {status.phase, status.step, status.generation}; }
    OrderDialog& ask(OrderDialog::Question question);
    void order(OrderVerb verb, const QString& what, std::string reason, const QString& done);
    void perform(Pending& slot, Deed deed);

    Session& session_;
    Toast& toast_;
    QWidget& window_;
    MigrationNews news_;
    QPointer<OrderDialog> advancing_;
    Asked asked_;
    std::function<void()> again_;
    std::array<Pending, 4> ordering_; // one a verb: nothing may stand in the way of a rollback
    Pending stopping_;
    Pending revoking_;    // a token
    Pending revokingKey_;
};

} // namespace drover::gui
