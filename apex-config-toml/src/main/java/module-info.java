/**
 * The configuration source {@code toml}: a file in TOML 1.1 (which every TOML 1.0 file is), watched for changes.
 *
 * <p>Used by the runtime for {@code config.toml} itself and for {@code [config_source] provider = "toml"}; the runtime
 * finds the provider by its name. Other sources parse their TOML with {@link io.apexproxy.config.toml.TomlTrees}.
 */
module io.apexproxy.config.toml {
    requires transitive io.apexproxy.api;
    requires org.slf4j; // what a user should know who waits for a change that comes late
    requires org.tomlj; // automatic module, confined to this one

    exports io.apexproxy.config.toml;

    provides io.apexproxy.api.config.ConfigSourceProvider with
            io.apexproxy.config.toml.TomlProvider;
}
