// SPDX-License-Identifier: Apache-2.0
#include "gateway/FileWriter.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace drover::gateway {
namespace {

constexpr std::size_t maxOpen = 8;

int openFile(const std::filesystem::path& file, int flags)
{
    const int descriptor = ::open(file.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0 || errno != ENOENT)
        return descriptor;
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    ::chmod(file.parent_path().c_str(), 0700);
    return ::open(file.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

bool writeAll(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        bytes.remove_prefix(std::size_t(count));
    }
    return true;
}

} // namespace

FileWriter::FileWriter(Log& log) : log_(log), thread_([this] { work(); }) {}

FileWriter::~FileWriter()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
    for (const auto& [file, descriptor] : open_)
        ::close(descriptor);
}

void FileWriter::put(std::size_t bytes, std::function<void()> job)
{
    {
        const std::lock_guard lock{mutex_};
        if (waiting_ + bytes > maxWaiting) {
            dropped_ += bytes;
            return;
        }
        waiting_ += bytes;
        jobs_.push_back({bytes, std::move(job)});
    }
    wake_.notify_one();
}

void FileWriter::append(std::filesystem::path file, std::string bytes)
{
    const std::size_t size = bytes.size();
    put(size, [this, file = std::move(file), bytes = std::move(bytes)] { appendNow(file, bytes); });
}

void FileWriter::replace(std::filesystem::path file, std::string bytes)
{
    const std::size_t size = bytes.size();
    put(size, [this, file = std::move(file), bytes = std::move(bytes)] { replaceNow(file, bytes); });
}

void FileWriter::replaceLatest(const std::filesystem::path& file, std::function<std::string()> text)
{
    {
        const std::lock_guard lock{mutex_};
        const bool waits = latest_.contains(file.string());
        latest_[file.string()] = std::move(text);
        if (waits)
            return;
    }
    put(0, [this, file] { replaceLatestNow(file); });
}

void FileWriter::replaceLatestNow(const std::filesystem::path& file)
{
    std::function<std::string()> text;
    {
        const std::lock_guard lock{mutex_};
        const auto found = latest_.find(file.string());
        text = std::move(found->second);
        latest_.erase(found);
    }
    replaceNow(file, text());
}

void FileWriter::run(std::function<void()> job)
{
    put(0, std::move(job));
}

void FileWriter::work()
{
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        if (jobs_.empty())
            return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job.run();
        lock.lock();
        waiting_ -= job.bytes;
    }
}

void FileWriter::fail(const std::filesystem::path& file)
{
    const std::string why = std::strerror(errno);
    if (failures_++ == 0)
        log_.error("a file cannot be written; said once, counted in /metrics", {{"file", file.string()}, {"error", why}});
}

void FileWriter::appendNow(const std::filesystem::path& file, const std::string& bytes)
{
    auto found = open_.find(file.string());
    if (found == open_.end()) {
        if (open_.size() >= maxOpen) { // days that have passed
            for (const auto& [old, descriptor] : open_)
                ::close(descriptor);
            open_.clear();
        }
        const int descriptor = openFile(file, O_APPEND);
        if (descriptor < 0)
            return fail(file);
        found = open_.emplace(file.string(), descriptor).first;
    }
    struct stat before {};
    const bool known = ::fstat(found->second, &before) == 0 && S_ISREG(before.st_mode);
    if (writeAll(found->second, bytes))
        return;
    fail(file);
    // Half a line would spoil the next one. (Nobody else writes to this file.)
    if (known && ::ftruncate(found->second, before.st_size) != 0)
        ++failures_;
}

void FileWriter::replaceNow(const std::filesystem::path& file, const std::string& bytes)
{
    std::filesystem::path temporary = file;
    temporary += ".new";
    const int descriptor = openFile(temporary, O_TRUNC);
    if (descriptor < 0)
        return fail(file);
    const bool written = writeAll(descriptor, bytes);
    ::close(descriptor);
    if (!written || ::rename(temporary.c_str(), file.c_str()) != 0)
        return fail(file);
    if (const auto old = open_.find(file.string()); old != open_.end()) { // the next append() goes to the new file
        ::close(old->second);
        open_.erase(old);
    }
}

} // namespace drover::gateway
