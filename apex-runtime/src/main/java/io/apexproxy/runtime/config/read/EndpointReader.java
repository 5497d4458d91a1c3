package io.apexproxy.runtime.config.read;

import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.ControlSetting;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import io.apexproxy.runtime.config.tree.ValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reader of the addresses at which a process answers requests about itself. */
public final class EndpointReader {

    private static final String CONTROL_KEY = "control_socket";
    private static final String ADMIN_KEY = "admin";

    /** The keys of the root table that {@link #read} uses. */
    public static final List<String> KEYS = List.of(CONTROL_KEY, ADMIN_KEY);

    private static final String OFF = "off";
    private static final ValueType<ControlSetting> CONTROL_SOCKET = new ValueType<>(
            "an absolute path such as \"/run/apex/control.sock\", or \"off\"",
            value -> ValueType.text(value).flatMap(EndpointReader::controlSocket), value -> "");

    private EndpointReader() {
    }

    /**
     * The addresses at which a process answers requests about itself.
     *
     * @param control the control socket
     * @param admin the admin endpoint; empty if there is none
     */
    public record Endpoints(ControlSetting control, Optional<AdminConfig> admin) {
    }

    /**
     * Reads the endpoints of a configuration file. Replaces mistakes by defaults.
     *
     * @param root the root table of the file
     */
    public static Endpoints read(ConfigTree.Table root) {
        Problems ignored = new Problems();
        TreeSettings settings = new TreeSettings(root, "", ignored);
        return new Endpoints(controlSocket(settings), admin(settings, new ListenerReader(ignored)));
    }

    static ControlSetting controlSocket(TreeSettings root) {
        return root.read(CONTROL_KEY, CONTROL_SOCKET).orElse(ControlSetting.DEFAULT);
    }

    static Optional<AdminConfig> admin(TreeSettings root, ListenerReader reader) {
        return root.read(ADMIN_KEY, ValueType.table("a table such as [admin]")).flatMap(table -> {
            TreeSettings settings = root.open(table, root.path(ADMIN_KEY));
            Optional<HostPort> address = reader.adminAddress(settings, "listen_addr");
            settings.require("listen_addr", "an address such as \"127.0.0.1:9901\"");
            return address.map(AdminConfig::new);
        });
    }

    private static Optional<ControlSetting> controlSocket(String text) {
        if (text.equals(OFF)) {
            return Optional.of(ControlSetting.OFF);
        }
        try {
            return Optional.of(Path.of(text)).filter(Path::isAbsolute).map(Path::normalize)
                    .filter(path -> path.getFileName() != null).map(ControlSetting::at);
        } catch (InvalidPathException e) { // it contains NUL
            return Optional.empty();
        }
    }
}
