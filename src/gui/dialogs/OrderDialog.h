// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QDialog>

#include <memory>

namespace drover::gui {

namespace Ui {
class OrderDialog;
}

// Asks once more before an order: what will happen, why (for the audit) and, in production, the workspace's name.
class OrderDialog final : public QDialog {
    Q_OBJECT

public:
    enum class Reason { none, optional, required };
    struct Question {
        QString headline;
        QString text;
        QString confirm;
        QString typedName;   // must be typed before the button works; "" = need not
        bool danger = false;
        Reason reason = Reason::optional; // required: before the button works; none: nobody would keep it
        QString typedWhat{}; // asks for the name; "" = it is that of a workspace in production
    };

    explicit OrderDialog(const Question& question, QWidget* parent = nullptr);
    ~OrderDialog() override;

Q_SIGNALS:
    void confirmed(const QString& reason);

private:
    void judge();

    std::unique_ptr<Ui::OrderDialog> ui_;
    QString typedName_;
    Reason reason_;
};

} // namespace drover::gui
