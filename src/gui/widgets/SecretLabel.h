// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QLabel>

#include "base/Secret.h"

namespace drover::gui {

// Shows a secret letter by letter as it is: never as rich text, not to be selected (on X11 a selection is a clipboard of its own),
// wiped when it is forgotten.
class SecretLabel final : public QLabel {
    Q_OBJECT

public:
    explicit SecretLabel(QWidget* parent = nullptr);
    ~SecretLabel() override;
    void showSecret(const Secret& secret);
    void forget();
    // To the clipboard, for a short while.
    void copy() const;
};

} // namespace drover::gui
