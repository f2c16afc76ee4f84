// SPDX-License-Identifier: Apache-2.0
#include "services/Worker.h"

#include <pthread.h>

#include <algorithm>

namespace drover {

Worker::Worker(std::string name) : thread_([this] { loop(); })
{
    name.resize(std::min<std::size_t>(name.size(), 15)); // the kernel's limit
    pthread_setname_np(thread_.native_handle(), name.c_str());
}

Worker::~Worker()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        queue_.clear();
    }
    woken_.notify_one();
    thread_.join();
}

void Worker::runAtTheEnd(std::function<void()> last)
{
    const std::lock_guard lock{mutex_};
    last_ = std::move(last);
}

void Worker::post(std::shared_ptr<JobBase> job)
{
    {
        const std::lock_guard lock{mutex_};
        queue_.push_back(std::move(job));
    }
    woken_.notify_one();
}

void Worker::loop()
{
    for (;;) {
        std::shared_ptr<JobBase> job;
        {
            std::unique_lock lock{mutex_};
            woken_.wait(lock, [this] { return ending_ || !queue_.empty(); });
            if (ending_)
                break;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        if (!job->wanted)
            continue;
        job->work();
        QMetaObject::invokeMethod(
            &home_, [delivered = std::move(job)] { delivered->deliver(); }, Qt::QueuedConnection);
    }
    if (last_)
        last_();
}

} // namespace drover
