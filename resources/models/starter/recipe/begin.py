"""A beginning for more training where the checkpoints are gone: the image tower as the pack has it.

Batch norms were folded into the convolutions. Each begins as one that takes away the mean and spread that it sees on training views and
gives both back, so that the tower says in training what it says in the pack.
"""
import onnx
import torch
from onnx import numpy_helper

from image_tower import convolutions


@torch.no_grad()
def begin_with(tower, path, pixels):
    """`pixels`: some hundred training views as to_pixels makes them."""
    graph = onnx.load(str(path)).graph
    known = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Cast" and node.input[0] in known:
            known[node.output[0]] = known[node.input[0]].float()
        if node.op_type == "DequantizeLinear":
            values, scale = known[node.input[0]].float(), known[node.input[1]]
            known[node.output[0]] = values * scale.reshape(-1, *[1] * (values.dim() - 1))
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    layers = list(convolutions(tower))
    if len(layers) != len(nodes):
        raise ValueError("the pack's image tower is of another shape than this recipe's")
    for node, (conv, norm) in zip(nodes, layers):
        conv.weight.copy_(known[node.input[1]])
        norm.weight.fill_(1)
        norm.bias.copy_(known[node.input[2]])
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
    give_norms_their_part(tower, pixels)


def give_norms_their_part(tower, pixels):
    """Leaves what an evaluating tower says as it is, and makes a training one say the same."""
    seen = {}

    def watch(norm):
        def hook(_, inputs):
            seen[norm] = torch.var_mean(inputs[0], dim=(0, 2, 3), unbiased=False)

        return norm.register_forward_pre_hook(hook)

    watching = [watch(norm) for _, norm in convolutions(tower)]
    training = tower.training
    tower.eval()(pixels)
    tower.train(training)
    for handle in watching:
        handle.remove()
    for norm, (variance, mean) in seen.items():
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.add_(mean)
