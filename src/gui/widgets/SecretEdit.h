// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <QLineEdit>

#include "base/Secret.h"

namespace drover::gui {

// A line for a key: masked, without undo, clipboard copy, prediction or a way to show it. What was typed is taken out
// once and wiped here.
class SecretEdit final : public QLineEdit {
    Q_OBJECT

public:
    explicit SecretEdit(QWidget* parent = nullptr);
    ~SecretEdit() override;
    // The text without white space at its ends; the field is empty afterwards.
    Secret take();
    // The same, for a deed that may have to be tried again: the field keeps it.
    Secret copied() const;
    void forget();
    // What the prefix says, for a remark beside the field: the first characters up to the first '-' or '_', at most 5.
    QString prefix() const;
};

} // namespace drover::gui
