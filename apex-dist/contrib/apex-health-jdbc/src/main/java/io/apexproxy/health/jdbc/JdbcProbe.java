package io.apexproxy.health.jdbc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.health.probe.Reasons;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One probe: connect, query, close, in blocking calls of the driver.
 *
 * <p>{@link #run} has its own thread. {@link #timeOut} and {@link #stop} run concurrently with it. They complete the
 * result at once, then interrupt the thread and abort the connection, so that the driver returns.
 */
final class JdbcProbe implements Runnable {

    /** The settings of the check, with the driver. */
    record Options(Driver driver, UrlTemplate url, Login login, Query query) {
    }

    private final Options options;
    private final String url;
    private final Duration timeout;
    private final Consumer<JdbcProbe> onReturn;
    private final CompletableFuture<HealthResult> result = new CompletableFuture<>();
    /** The end of the reason after a timeout. */
    private volatile String awaited = "";
    @GuardedBy("this")
    private boolean begun;
    @GuardedBy("this")
    private boolean stopped;
    /** Null before the call and after it. */
    @GuardedBy("this")
    private Thread thread;
    /** Null until the connection is open. */
    @GuardedBy("this")
    private Connection connection;

    /**
     * Creates a probe that has not started.
     *
     * @param url the URL of the backend
     * @param onReturn called once, when the driver has returned or will not be called, before the result of the driver
     */
    JdbcProbe(Options options, String url, Duration timeout, Consumer<JdbcProbe> onReturn) {
        this.options = options;
        this.url = url;
        this.timeout = timeout;
        this.onReturn = onReturn;
    }

    CompletableFuture<HealthResult> result() {
        return result;
    }

    @Override
    public void run() {
        if (!begin()) {
            return; // stopped while it waited for a thread
        }
        // drivers look for their own classes and services with it
        Thread.currentThread().setContextClassLoader(options.driver().getClass().getClassLoader());
        Runnable completion = probe();
        end();
        onReturn.accept(this);
        completion.run();
    }

    /** Makes the probe and returns what completes the result. */
    private Runnable probe() {
        Login.Credentials login;
        try {
            login = options.login().credentials(DriverDefaults.of(url, timeout));
        } catch (IOException e) { // not an observation about the backend
            return () -> result.complete(HealthResult.inconclusive("password_file: " + Reasons.of(e)));
        }
        try {
            HealthResult found = ask(login);
            return () -> result.complete(found);
        } catch (Throwable e) { // a driver can throw anything, including LinkageError
            return () -> Failures.complete(result, e, login.secrets());
        }
    }

    private HealthResult ask(Login.Credentials login) throws SQLException {
        try (Connection opened = options.driver().connect(url, login.properties())) {
            if (opened == null) {
                return HealthResult.unhealthy("the driver does not accept the url");
            }
            if (!use(opened)) {
                opened.abort(Runnable::run);
                return HealthResult.inconclusive("stopped"); // there is a result already
            }
            awaited = ": connected, but the query has not ended";
            HealthResult found = options.query().run(opened, login.secrets());
            awaited = ": the query has ended, but the connection does not close";
            return found;
        }
    }

    /** Ends the probe after its timeout. */
    void timeOut() {
        String time = Reasons.format(timeout);
        stop(isBegun() ? HealthResult.unhealthy("timed out after " + time + awaited)
                : HealthResult.inconclusive("all threads of the health check were occupied for " + time));
    }

    /** Ends the probe with a result, unless it has ended. */
    void stop(HealthResult reason) {
        boolean isCalled;
        synchronized (this) {
            stopped = true;
            isCalled = begun;
        }
        if (!isCalled) {
            onReturn.accept(this);
        }
        result.complete(reason); // before the interrupt, which makes the driver fail with another reason
        abort(interrupt());
    }

    private synchronized boolean isBegun() {
        return begun;
    }

    private synchronized boolean begin() {
        if (stopped) {
            return false;
        }
        begun = true;
        thread = Thread.currentThread();
        return true;
    }

    /** Stores the connection, so that it can be aborted. Returns whether the probe continues. */
    private synchronized boolean use(Connection opened) {
        connection = opened;
        return !stopped;
    }

    /** Ends the time in which the thread can be interrupted. It serves other probes afterwards. */
    private synchronized void end() {
        thread = null;
        connection = null;
        Thread.interrupted();
    }

    /** Interrupts the thread if the driver has not returned. Returns the open connection, or null. */
    private synchronized Connection interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
        return connection;
    }

    /** Closes the socket of the driver. Outside of the lock, because a driver can block here, too. */
    private static void abort(Connection open) {
        if (open == null) {
            return;
        }
        try {
            open.abort(Runnable::run);
        } catch (SQLException | RuntimeException | LinkageError e) {
            // The result is complete, and the message can contain the password. Without an abort, the thread returns
            // when the driver gives up, and until then the backend is not probed again.
        }
    }
}
