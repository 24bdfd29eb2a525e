"""Images that another tool made, such as a fine-tuned diffusion model: judged by the same rules as any generator's."""
