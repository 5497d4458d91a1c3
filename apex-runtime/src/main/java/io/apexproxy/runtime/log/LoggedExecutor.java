package io.apexproxy.runtime.log;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;

/** A scheduled executor that logs the exceptions of its tasks, because the futures that hold them are rarely read. */
public class LoggedExecutor extends ScheduledThreadPoolExecutor {

    private final Logger log;
    private final String name;

    /**
     * Creates an executor without threads.
     *
     * @param log the logger for failed tasks
     * @param name the name of the executor in the log
     * @param threads the number of threads
     * @param factory creates the threads
     */
    public LoggedExecutor(Logger log, String name, int threads, ThreadFactory factory) {
        super(threads, factory);
        this.log = log;
        this.name = name;
    }

    /**
     * Creates an executor with one daemon thread, which forgets cancelled tasks at once.
     *
     * @param log the logger for failed tasks
     * @param name the name of the executor in the log, and of its thread
     * @return the executor, which the caller shuts down
     */
    public static LoggedExecutor daemon(Logger log, String name) {
        LoggedExecutor executor = new LoggedExecutor(log, name, 1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (CancellationException e) {
                log.trace("{}: a task was cancelled", name);
            } catch (ExecutionException e) {
                log.warn("{}: a task failed", name, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
