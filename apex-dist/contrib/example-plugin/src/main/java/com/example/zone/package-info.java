/** The load balancer {@code zone}: its provider reads the settings, and creates one balancer for each pool. */
package com.example.zone;
