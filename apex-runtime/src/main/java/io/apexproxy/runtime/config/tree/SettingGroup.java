package io.apexproxy.runtime.config.tree;

/** A record of settings that are keys of the same table as the settings around it. */
public interface SettingGroup {
}
