/**
 * The configuration source {@code toml}: a file in TOML 1.1 (which every TOML 1.0 file is), watched for changes.
 *
 * <p>Used by the runtime for {@code config.toml} itself and for {@code [config_source] provider = "toml"}. Nothing is
 * exported; the runtime finds the provider by its name.
 */
module io.apexproxy.config.toml {
    requires io.apexproxy.api;
    requires org.slf4j; // what a user should know who waits for a change that comes late
    requires org.tomlj; // automatic module, confined to this one

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.toml.TomlProvider;
}
