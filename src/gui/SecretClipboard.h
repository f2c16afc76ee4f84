// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <chrono>

class QString;

namespace drover::gui {

// Copies a secret for a short while: the clipboard is emptied afterwards, and when the program ends, but only if it still holds
// that secret. Clipboard managers are told to leave it out of their history (x-kde-passwordManagerHint).
class SecretClipboard final : public QObject {
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds usualTime{10'000};

    explicit SecretClipboard(std::chrono::milliseconds time = usualTime, QObject* parent = nullptr);
    ~SecretClipboard() override;
    // One for the program, which outlives the dialog that copied.
    static SecretClipboard& ofProgram();

    void copy(const QString& secret);

Q_SIGNALS:
    void cleared();

private:
    void clear();

    QByteArray digest_; // of what was copied; the text itself is not kept
    QTimer timer_;
};

} // namespace drover::gui
