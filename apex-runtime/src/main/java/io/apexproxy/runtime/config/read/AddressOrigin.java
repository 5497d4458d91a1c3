package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.util.Optional;

/**
 * Finds where the address of a listener or of the admin endpoint is written, for messages about an address that is
 * valid but cannot be listened on. The records of the configuration have no origins, as equal records mean that nothing
 * has changed.
 */
public final class AddressOrigin {

    private static final String KEY = "listen_addr";

    private AddressOrigin() {
    }

    /**
     * Returns the place and the path of an address of a listener.
     *
     * @param root the tree that the configuration was read from, without mistakes
     * @param listener the name of the listener
     * @param index which of its addresses, from 0
     * @return {@code config.toml:3:15: listeners.web.listen_addr}; with the place of the table where the address is not
     *     written but the default
     */
    public static String ofListener(ConfigTree.Table root, String listener, int index) {
        TreeSettings settings = new TreeSettings(root, "", new Problems());
        boolean full = settings.has("listeners");
        return of(full ? settings.table("listeners").table(listener) : settings, index);
    }

    /**
     * Returns the place and the path of the address of the admin endpoint.
     *
     * @param root the tree that the configuration was read from, without mistakes
     * @return {@code config.toml:2:15: admin.listen_addr}
     */
    public static String ofAdmin(ConfigTree.Table root) {
        return of(new TreeSettings(root, "", new Problems()).table("admin"), 0);
    }

    private static String of(TreeSettings settings, int index) {
        Optional<ConfigTree> value = settings.value(KEY);
        if (value.isPresent() && value.get() instanceof ConfigTree.Array array && index < array.elements().size()) {
            return text(array.elements().get(index).origin(), settings.path(KEY, index));
        }
        return text(settings.origin(KEY), settings.path(KEY));
    }

    private static String text(Origin origin, String path) {
        return origin + ": " + path;
    }
}
