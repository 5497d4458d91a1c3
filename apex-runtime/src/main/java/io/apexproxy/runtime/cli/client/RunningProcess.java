package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.takeover.Handover;
import io.apexproxy.runtime.takeover.Predecessor;
import io.apexproxy.runtime.takeover.TakeoverException;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running Apex that this process takes over, by its control socket or by a signal. */
final class RunningProcess implements Predecessor {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final long ANNOUNCE_MILLIS = 5_000;
    /** The process waits up to 5 s for a change of its configuration before it stops listening. */
    private static final long RETIRE_MILLIS = 10_000;

    private final ProcessHandle process;
    private final Optional<SocketAddress> control;

    /**
     * Creates a predecessor.
     *
     * @param process the process
     * @param control its control socket; empty if it has none
     */
    RunningProcess(ProcessHandle process, Optional<SocketAddress> control) {
        this.process = process;
        this.control = control;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Handover announce() {
        if (control.isEmpty()) {
            LOG.info("Takes over process {}, which has no control socket: it hands over no verdicts, and gets SIGTERM"
                    + " when this process is ready", pid());
            return Handover.UNKNOWN;
        }
        try {
            Handover handover = HandoverReader.read(
                    ControlClient.send(control.get(), "POST", "/takeover" + ownPid(), ANNOUNCE_MILLIS));
            LOG.info("Takes over process {}: verdicts of its health checks: {}", pid(), handover.verdicts().size());
            return handover;
        } catch (ClientException | IOException e) {
            throw new TakeoverException("process " + pid() + " cannot be taken over: " + e.getMessage(), e);
        }
    }

    @Override
    public void retire() {
        if (control.isPresent()) {
            try {
                ControlClient.send(control.get(), "POST", "/retire" + ownPid(), RETIRE_MILLIS);
                LOG.info("Process {} has stopped listening, and drains", pid());
                return;
            } catch (ClientException e) {
                LOG.warn("process {} does not retire: {}; it gets SIGTERM", pid(), e.getMessage());
            }
        }
        process.destroy();
        LOG.info("Process {} got SIGTERM", pid());
    }

    private static String ownPid() {
        return "?pid=" + ProcessHandle.current().pid();
    }
}
